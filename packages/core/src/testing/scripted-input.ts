import type { AudioChunk, AudioInput } from '../provider/audio-input.js';
import type { Clock } from '../provider/clock.js';
import { Channel } from '../stream/channel.js';
import { checkUtterances, scriptedFrameMs, type Utterance, utteranceAt } from './utterance.js';

const sampleRate = 16_000;
const length = (sampleRate * scriptedFrameMs) / 1000;
/** One frame of voice and one of silence serve the whole call: frames are never written to. */
const voice = new Int16Array(length).fill(8000);
const silence = new Int16Array(length);

/**
 * A caller who speaks by the clock: a frame each 50 ms, handed over when it has been spoken, voiced where there is an utterance. Goes on
 * until it is closed.
 *
 * @throws {RangeError} The utterances are not ones that it can speak.
 */
export function createScriptedInput(utterances: readonly Utterance[]): AudioInput {
  checkUtterances(utterances);
  const channel = new Channel<AudioChunk>({ capacity: 100, whenFull: 'drop-oldest' });
  let cancel = () => {};
  const speak = (clock: Clock, atMs: number) => {
    cancel = clock.after(scriptedFrameMs, () => {
      const samples = utteranceAt(utterances, atMs) === undefined ? silence : voice;
      speak(clock, atMs + scriptedFrameMs);
      void channel.push({ type: 'audio', frame: { samples, sampleRate, channels: 1, atMs } });
    });
  };
  return {
    read({ clock }) {
      speak(clock, 0);
      return channel;
    },
    async [Symbol.asyncDispose]() {
      cancel();
      channel.cancel();
    },
  };
}
