// @ts-check
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import createModule from 'soundswallower';
import { isSilence, isUnderstood } from './understood.mjs';
import { InvalidRequest } from '../worker/worker-server.mjs';

/**
 * @typedef {{ readonly grammar: string, readonly words: readonly string[], readonly pronunciations: readonly (readonly [string, string])[] }} Vocabulary
 * `words`: all that the grammar uses, for a clear error about those that the dictionary lacks.
 * @typedef {import('./understood.mjs').ScoredWord} ScoredWord
 * @typedef {{ readonly text: string, readonly startMs: number, readonly endMs: number }} TimedWord
 * @typedef {{ readonly text: string, readonly isUnderstood: boolean, readonly words: readonly TimedWord[] }} Utterance
 * `text` is empty if there was no speech at all. Times count from the first sample fed.
 */

/** The phones of the model, in ArpaBet. Each is a word of the loop, under a name that no word of the dictionary has. */
const phones = 'AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH'.split(' ');
const loopGrammar = `#JSGF V1.0; grammar phones; public <phones> = (${phones.map((phone) => `_${phone.toLowerCase()}`).join(' | ')})+;`;

/** What the engine printed last: it throws without a reason, and prints that. Bounded. */
/** @type {string[]} */
const complaints = [];

/** @type {ReturnType<typeof createModule> | undefined} */
let loading;

/** The engine, loaded once. It reads its model from its own package, whose `exports` hide where that is. */
function loadModule() {
  // The types know only emscripten's own settings; this one is the package's, described in its README.
  const settings = { modelBase: `${dirname(createRequire(import.meta.url).resolve('soundswallower'))}/model/` };
  loading ??= createModule({
    ...settings,
    print: () => {},
    printErr: (line) => {
      complaints.push(line);
      if (complaints.length > 20) complaints.shift();
    },
  });
  return loading;
}

async function createDecoder() {
  const { Decoder } = await loadModule();
  const decoder = new Decoder({ samprate: 16_000 });
  await decoder.initialize();
  return decoder;
}

/** Two decoders that hear the same: one knows the grammar, the other any sequence of phones. */
export class DecoderPair {
  #grammarDecoder;
  #loopDecoder;
  #grammar = '';
  #isSpeaking = false;

  /** Whose voice and line the decoders have adapted to. @type {string | undefined} */
  sessionId;
  usedAtMs = 0;

  /**
   * @param {import('soundswallower').Decoder} grammarDecoder
   * @param {import('soundswallower').Decoder} loopDecoder
   */
  constructor(grammarDecoder, loopDecoder) {
    this.#grammarDecoder = grammarDecoder;
    this.#loopDecoder = loopDecoder;
  }

  /** 0.5 s and 60 MB. */
  static async create() {
    const loop = await createDecoder();
    for (const phone of phones) loop.add_words([`_${phone.toLowerCase()}`, phone]);
    loop.set_grammar(loopGrammar);
    return new DecoderPair(await createDecoder(), loop);
  }

  /**
   * @param {Vocabulary} vocabulary
   * @throws {InvalidRequest} It names the words that are not in the dictionary, or says what the grammar's fault is.
   */
  use({ grammar, words, pronunciations }) {
    if (grammar === this.#grammar) return;
    const decoder = this.#grammarDecoder;
    for (const [word, phones] of pronunciations) this.#pronounce(word, phones);
    const unknown = words.filter((word) => decoder.lookup_word(word) === null);
    if (unknown.length > 0) {
      const list = unknown.map((word) => `'${word}'`).join(', ');
      throw new InvalidRequest(`the dictionary of the recogniser lacks ${list}: use other words, or give \`pronunciations\` for them`);
    }
    complaints.length = 0;
    // What is set when this fails is unknown: never take the old grammar for the present one.
    this.#grammar = '';
    try {
      decoder.set_grammar(grammar);
    } catch {
      throw new InvalidRequest(`the recogniser does not take the grammar: ${complaints.join('; ') || 'it does not say why'}`);
    }
    this.#grammar = grammar;
  }

  /** Forgets the voice and the line that it has adapted to. */
  async reset() {
    await this.#grammarDecoder.reinitialize_audio();
    await this.#loopDecoder.reinitialize_audio();
  }

  /** @param {Int16Array} samples At 16 kHz. @returns {string} The words so far. */
  feed(samples) {
    if (!this.#isSpeaking) {
      this.#grammarDecoder.start();
      this.#loopDecoder.start();
      this.#isSpeaking = true;
    }
    const floats = Float32Array.from(samples, (sample) => sample / 32_768);
    this.#grammarDecoder.process_audio(floats, false, false);
    this.#loopDecoder.process_audio(floats, false, false);
    return this.#grammarDecoder.get_text();
  }

  /**
   * Ends the utterance.
   *
   * @param {{ readonly maxPauseMs: number, readonly maxTrailingSilenceMs: number }} limits
   * @returns {Utterance}
   */
  finish(limits) {
    if (!this.#isSpeaking) return { text: '', isUnderstood: false, words: [] };
    this.abandon();
    const words = readAlignment(this.#grammarDecoder);
    return {
      text: this.#grammarDecoder.get_text(),
      isUnderstood: isUnderstood(words, readAlignment(this.#loopDecoder), limits),
      words: words
        .filter((word) => !isSilence(word))
        .map(({ text, startMs, durationMs }) => ({ text, startMs, endMs: startMs + durationMs })),
    };
  }

  /** Ends the utterance, without a result. */
  abandon() {
    if (!this.#isSpeaking) return;
    this.#isSpeaking = false;
    this.#grammarDecoder.stop();
    this.#loopDecoder.stop();
  }

  close() {
    this.#grammarDecoder.delete();
    this.#loopDecoder.delete();
  }

  /**
   * Adds a pronunciation, as a further one if the dictionary has the word already.
   *
   * @param {string} word
   * @param {string} wanted Phones.
   */
  #pronounce(word, wanted) {
    const decoder = this.#grammarDecoder;
    let entry = word;
    for (let variant = 2; decoder.lookup_word(entry) !== null; variant++) {
      if (decoder.lookup_word(entry) === wanted) return;
      entry = `${word}(${variant})`;
    }
    decoder.add_words([entry, wanted]);
  }
}

/**
 * @param {import('soundswallower').Decoder} decoder
 * @returns {ScoredWord[]}
 */
function readAlignment(decoder) {
  // `(NULL)` is a step of the grammar without sound. `p` is a probability to the base of 1.0001, the recogniser's own.
  return (decoder.get_alignment({}).w ?? [])
    .filter(({ t }) => t !== '(NULL)')
    .map(({ t, b, d, p }) => ({
      text: t.replace(/\(\d+\)$/, ''),
      startMs: Math.max(0, b * 1000),
      durationMs: d * 1000,
      score: Math.log(p) / Math.log(1.0001),
    }));
}
