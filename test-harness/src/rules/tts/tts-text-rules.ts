import type { TTSEvent } from '@parley/core/provider';
import type { Trial } from '../../trial/trial.js';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { mustBeTold, tells } from '../call/tells.js';
import { noWire, vendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { hearText, segmentOf, soundOf, textInput } from './tts-manner.js';
import { rateOf, speaking, spoken } from './tts-segment-rules.js';

const words = [
  { text: 'It', startMs: 10, endMs: 60, inputStart: 0, inputEnd: 2 },
  { text: 'costs', startMs: 60, endMs: 140, inputStart: 3, inputEnd: 8 },
  { text: 'five', startMs: 150, endMs: 190, inputStart: 9, inputEnd: 13 },
] as const;
const sentence = 'It costs five.';

type Word = Extract<TTSEvent, { readonly type: 'word' }>;
const wordsOf = (events: readonly TTSEvent[], segmentId: string): Word[] =>
  events.flatMap((event) => (event.type === 'word' && event.segmentId === segmentId ? [event] : []));

/** What comes of segments whose words the vendor times, all alike. */
async function timed(trial: Trial<'tts'>, segments: readonly string[]): Promise<readonly TTSEvent[]> {
  const { instance } = await vendorAtWork(trial, async (call) => {
    for (;;) {
      const { text, sampleRate } = await hearText(call);
      if (text === '') return;
      await call.send({ type: 'audio', samples: soundOf(100, 100, sampleRate) });
      await call.send({ type: 'words', words });
      await call.send({ type: 'audio', samples: soundOf(100, 100, sampleRate) });
      await call.send({ type: 'segment-end' });
      if (call.connection.type === 'http') return;
    }
  });
  const text = textInput(...segments.flatMap((segmentId) => segmentOf(segmentId, sentence)));
  const reading = trial.read(instance.synthesize({ ...trial.call().options, text, sampleRate: rateOf(trial) }));
  return trial.settled('the end of the call', reading.all());
}

/** Rounding. */
const nearMs = 1;
function mustBeTimed(came: Word | undefined, { startMs, endMs }: Pick<Word, 'startMs' | 'endMs'>, what: string): void {
  mustHold(
    Math.abs((came?.startMs ?? -100) - startMs) <= nearMs,
    `${what} starts at ${startMs} ms, and is said to at ${shown(came?.startMs)}`,
  );
  mustHold(Math.abs((came?.endMs ?? -100) - endMs) <= nearMs, `${what} ends at ${endMs} ms, and is said to at ${shown(came?.endMs)}`);
}

const noWords: NonNullable<Rule<'tts'>['leftOut']> = (subject) =>
  noWire(subject) ?? (subject.declared.capabilities.wordTimings ? undefined : 'wordTimings: not declared');
const bare = (text: string) => text.replaceAll(/[^\p{L}\p{N}]/gu, '').toLowerCase();

/** Level 2, what is asked, and words: numbers 9, 16 to 19, 21, 23 and 24. */
export const ttsTextRules: readonly Rule<'tts'>[] = [
  {
    id: 'TTS-2.9',
    title: 'A sample rate that is not declared fails with kind "unsupported", before anything is sent.',
    why: 'Audio at another rate than it says sounds like a mouse, or a giant.',
    since: '1.0',
    async prove(trial) {
      const atWork = trial.subject.wire === undefined ? undefined : await speaking(trial);
      const instance = atWork?.instance ?? (await trial.create());
      const request = { ...trial.call().options, text: textInput(...segmentOf('s1', 'Hello.')), sampleRate: 12_345 };
      const failed = Promise.resolve().then(() => trial.read(instance.synthesize(request)).all());
      const error = await trial.failure('a call at a rate that is not declared', failed);
      mustBeAPIError(error, 'a rate that is not declared', { kinds: ['unsupported'], retryable: false });
      mustEqual(atWork?.vendor.record.requests.length ?? 0, 0, 'requests at the vendor');
    },
  },
  {
    id: 'TTS-2.16',
    title: 'Audio comes at the rate asked for, and the vendor is asked for that rate, for each declared one.',
    why: 'What is declared is what core need not resample.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      for (const sampleRate of trial.subject.declared.capabilities.sampleRates) {
        const { heard, events } = await spoken(trial, segmentOf('s1', 'Hello.'), { sampleRate });
        mustEqual(heard[0]?.sampleRate, sampleRate, 'the rate that the vendor was asked for');
        const rates = new Set(events.flatMap((event) => (event.type === 'audio' ? [event.frame.sampleRate] : [])));
        mustEqual([...rates], [sampleRate], 'the rates of the frames');
      }
    },
  },
  {
    id: 'TTS-2.17',
    title: 'All text of a segment arrives, in order, words not joined and none cut, letters of all languages included.',
    why: 'What does not arrive is not said.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const pieces = ['Gu', 'ten Tag, Zoë', '! It', "'s ", '5 € – ', '你好', '. Bye', '.'];
      const inputs = pieces.map((text) => ({ type: 'text', segmentId: 's1', text }) as const);
      const { heard } = await spoken(trial, [...inputs, { type: 'flush', segmentId: 's1' }]);
      const came = heard.map(({ text }) => text).join('');
      mustEqual(came.trim().split(/\s+/), pieces.join('').trim().split(/\s+/), 'the words at the vendor');
    },
  },
  {
    id: 'TTS-2.18',
    title: 'The voice and the language asked for arrive, as far as the vendor takes them.',
    why: 'An agent that changes its voice in mid-call, or reads German as English, is not trusted.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { heard } = await spoken(trial, segmentOf('s1', 'Hello.'), { voice: 'nova', language: 'en-GB' });
      const [first] = heard;
      mustBeTold(trial.subject, 'voice', first?.voice);
      mustBeTold(trial.subject, 'language', first?.language);
      if (first?.voice !== undefined) mustEqual(first?.voice, 'nova', 'the voice at the vendor');
      if (first?.language !== undefined)
        mustHold(first.language.toLowerCase().startsWith('en'), `the language at the vendor must be en-GB, and is ${first.language}`);
    },
  },
  {
    id: 'TTS-2.19',
    title:
      'Words come with the times of their beginning and end, and their places in the text that was given, before the end of their segment.',
    why: 'After an interruption history is cut by them: in the words that were written, where the caller stopped hearing.',
    since: '1.0',
    leftOut: noWords,
    async prove(trial) {
      const events = await timed(trial, ['s1']);
      const came = wordsOf(events, 's1');
      mustEqual(
        came.map(({ text }) => bare(text)),
        words.map(({ text }) => bare(text)),
        'the words',
      );
      for (const [index, word] of words.entries()) {
        const one = came[index];
        mustBeTimed(one, word, `word ${index + 1}`);
        if (tells(trial.subject, 'word-places'))
          mustHold(one?.inputStart !== undefined && one.inputEnd !== undefined, `word ${index + 1} must have its place in the text`);
        if (one?.inputStart === undefined) continue;
        mustEqual(bare(sentence.slice(one.inputStart, one.inputEnd)), bare(word.text), `the text at the place of word ${index + 1}`);
      }
      const last = events.findLastIndex(({ type }) => type === 'word');
      mustHold(last < events.findIndex(({ type }) => type === 'segment-end'), 'a word came after the end of its segment');
    },
  },
  {
    id: 'TTS-2.21',
    title: "Times and places of words count from the beginning of their own segment, in a call's second segment too.",
    why: 'Counted on from the first one they point behind the text, and history is cut at the wrong word.',
    since: '1.0',
    leftOut: (subject) => noWords(subject) ?? (subject.declared.capabilities.streaming ? undefined : 'streaming: not declared'),
    async prove(trial) {
      const events = await timed(trial, ['s1', 's2']);
      const second = wordsOf(events, 's2');
      mustEqual(second.length, words.length, 'the number of words of the second segment');
      for (const [index, word] of words.entries()) {
        const one = second[index];
        mustBeTimed(one, word, `word ${index + 1} of the second segment`);
        if (one?.inputStart !== undefined)
          mustEqual(one.inputStart, word.inputStart, `the place of word ${index + 1} of the second segment`);
      }
    },
  },
  {
    id: 'TTS-2.23',
    title: 'Words are not reported where wordTimings is not declared.',
    why: 'Core would cut by words that it does not expect, or show them twice.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.capabilities.wordTimings ? 'wordTimings: declared' : undefined),
    async prove(trial) {
      mustEqual((await timed(trial, ['s1'])).filter(({ type }) => type === 'word').length, 0, 'the number of words');
    },
  },
  {
    id: 'TTS-2.24',
    title: 'Odd text is spoken or refused with an APIError: 100,000 characters, control characters, marks of another language.',
    why: 'Models write all of them once; the call must go on.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      for (const text of ['word '.repeat(20_000), 'Be\u0000ll \u0007 and\u001b[31m red\u2028.', '<speak>&amp; <break/></speak>']) {
        const { instance } = await speaking(trial);
        const request = { ...trial.call().options, text: textInput(...segmentOf('s1', text)), sampleRate: rateOf(trial) };
        const reading = trial.read(instance.synthesize(request));
        const end = await trial.settled(`the end of a call with ${text.length} odd characters`, reading.end, 10_000);
        if (end.type === 'failed') mustBeAPIError(end.error, `a text of ${text.length} odd characters`);
        else
          mustHold(
            reading.events.some(({ type }) => type === 'segment-end'),
            'the segment did not end',
          );
      }
    },
  },
];
