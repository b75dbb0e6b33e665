import { callStream } from '../provider-kit/call-stream.js';
import type { STT, STTEvent } from '../provider/stt.js';
import { Channel } from '../stream/channel.js';
import { type Utterance, utteranceAt } from './utterance.js';

const firstWords = (text: string): string => text.split(' ').slice(0, 2).join(' ');

/**
 * An STT that knows what a scripted caller says: half the delay after the voice ended it reports the first two words, after the whole of
 * it the final text. What it was not given to hear (silence in its place) it does not report.
 */
export function createScriptedSTT(utterances: readonly Utterance[]): STT {
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'scripted',
    model: 'scripted-stt',
    capabilities: {
      streaming: true,
      interimTranscripts: true,
      endpointing: false,
      turnDetection: false,
      wordTimings: false,
      speakers: false,
      settings: [],
      updatable: [],
      sampleRates: [16_000],
    },
    transcribe: (request) =>
      callStream(request, async function* (call) {
        const events = new Channel<STTEvent>({ capacity: 1000 });
        const timers = await call.open(ownedTimers());
        const report = (utterance: Utterance) => {
          const { endMs, text, transcriptDelayMs = 200, final = true } = utterance;
          const segmentId = `utterance-${endMs}`;
          timers.add(request.clock.after(transcriptDelayMs / 2, () => void events.push({ type: 'transcript-interim', segmentId, text: firstWords(text) })));
          if (final) timers.add(request.clock.after(transcriptDelayMs, () => void events.push({ type: 'transcript-final', segmentId, text, endMs })));
        };
        const listening = (async () => {
          for await (const input of request.audio) {
            if (input.type !== 'audio' || input.frame.samples[0] === 0) continue;
            const { frame } = input;
            const utterance = utteranceAt(utterances, frame.atMs);
            const isLast = utterance !== undefined && frame.atMs + (frame.samples.length / frame.sampleRate) * 1000 >= utterance.endMs;
            if (isLast && utterance.text !== '') report(utterance);
          }
        })();
        const over = () => events.end();
        void listening.then(over, over);
        yield* events;
      }),
  };
}

function ownedTimers(): Disposable & { add(cancel: () => void): void } {
  const cancels: (() => void)[] = [];
  return {
    add: (cancel) => void cancels.push(cancel),
    [Symbol.dispose]() {
      for (const cancel of cancels.splice(0)) cancel();
    },
  };
}
