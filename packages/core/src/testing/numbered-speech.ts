import type { AudioOutput } from '../provider/audio-output.js';
import type { TTS, TTSEvent } from '../provider/tts.js';
import type { VirtualClock } from '../time/virtual-clock.js';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import { callStream } from '../provider-kit/call-stream.js';
import { sleep } from '../stream/sleep.js';
import { wordSpans } from '../text/words.js';
import type { RandomSpeech } from './random-call.js';

const sampleRate = 8000;
/** Half a millisecond: a word that lacks no more than that was heard. */
const toleranceSamples = 4;

/**
 * A TTS and a loudspeaker that share a secret: each word is spoken as samples of its own value, so that what was played can be told word by
 * word, with no help of what is tested. Each word of a call must be said once only.
 */
export class NumberedSpeech {
  readonly #lengths = new Map<string, number>();
  readonly #values = new Map<string, number>();
  readonly #played = new Map<number, number>();
  #calls = 0;

  /** Words that were played to their end, in the order in which they were first given to the TTS. */
  get heard(): readonly string[] {
    return [...this.#values].flatMap(([word, value]) =>
      (this.#played.get(value) ?? 0) >= (this.#lengths.get(word) ?? Infinity) - toleranceSamples ? [word] : [],
    );
  }

  /** Words of which more was played than they have: said twice. */
  get repeated(): readonly string[] {
    return [...this.#values].flatMap(([word, value]) =>
      (this.#played.get(value) ?? 0) > (this.#lengths.get(word) ?? Infinity) ? [word] : [],
    );
  }

  createOutput(clock: VirtualClock): AudioOutput {
    return createPacedAudioOutput({
      clock,
      sampleRate,
      onAudio: ({ samples }) => this.#count(samples),
    });
  }

  /** A word at a time: its samples follow one another. */
  #count(samples: Int16Array): void {
    let start = 0;
    for (let index = 1; index <= samples.length; index += 1) {
      const value = samples[start] ?? 0;
      if (samples[index] === value) continue;
      this.#played.set(value, (this.#played.get(value) ?? 0) + index - start);
      start = index;
    }
  }

  /** @param open Is told of each call; what it gives is disposed of when the call is over. */
  createTTS(speeches: readonly RandomSpeech[], open: (what: string) => Disposable): TTS {
    return {
      specificationVersion: 1,
      kind: 'tts',
      provider: 'random',
      model: 'random-tts',
      capabilities: { streaming: true, wordTimings: true, sampleRates: [sampleRate] },
      synthesize: (request) => {
        const speak = (segmentId: string, text: string) => this.#speak({ segmentId, text, speech: this.#next(speeches) });
        return callStream(request, async function* (call) {
          await call.open(open('a call of the TTS'));
          const given = new Map<string, string>();
          for await (const { segmentId, ...input } of request.text) {
            if (input.type === 'text') given.set(segmentId, (given.get(segmentId) ?? '') + input.text);
            else
              for (const step of speak(segmentId, given.get(segmentId) ?? '')) {
                if (step instanceof Error) throw step;
                if (typeof step === 'number') await sleep(step, { clock: request.clock, signal: request.signal });
                else yield step;
              }
          }
        });
      },
    };
  }

  #next(speeches: readonly RandomSpeech[]): RandomSpeech {
    const speech = speeches[this.#calls % speeches.length];
    this.#calls += 1;
    return speech ?? { wordMs: 200, ttfbMs: 100, fails: 'never' };
  }

  /** Events, waits and failures, in order. A word keeps its length, whoever speaks it again. */
  *#speak({
    segmentId,
    text,
    speech,
  }: {
    readonly segmentId: string;
    readonly text: string;
    readonly speech: RandomSpeech;
  }): Generator<TTSEvent | number | Error> {
    yield speech.ttfbMs;
    if (speech.fails === 'for-good') yield new APIStatusError('refused', { provider: 'random', status: 400 });
    const words = wordSpans(text);
    let atMs = 0;
    for (const [index, { text: word, start, end }] of words.entries()) {
      if (speech.fails === 'midway' && index === 1) yield new APIConnectionError('lost', { provider: 'random' });
      const length = this.#lengths.get(word) ?? (speech.wordMs * sampleRate) / 1000;
      const value = this.#values.get(word) ?? this.#values.size + 1;
      this.#lengths.set(word, length);
      this.#values.set(word, value);
      const samples = new Int16Array(length).fill(value);
      const endMs = atMs + (length * 1000) / sampleRate;
      yield { type: 'audio', segmentId, frame: { samples, sampleRate, channels: 1, atMs } };
      yield { type: 'word', segmentId, text: word, startMs: atMs, endMs, inputStart: start, inputEnd: end };
      atMs = endMs;
      if (index % 3 === 2) yield 50;
    }
    yield { type: 'usage', usage: { characters: text.length } };
    yield { type: 'segment-end', segmentId };
  }
}
