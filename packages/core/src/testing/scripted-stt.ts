import { callStream } from '../provider-kit/call-stream.js';
import type { Clock } from '../provider/clock.js';
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
        const reports = await call.open(createReports(request.clock, events));
        const listening = (async () => {
          for await (const input of request.audio) {
            if (input.type !== 'audio' || input.frame.samples[0] === 0) continue;
            const { frame } = input;
            const utterance = utteranceAt(utterances, frame.atMs);
            const isLast = utterance !== undefined && frame.atMs + (frame.samples.length / frame.sampleRate) * 1000 >= utterance.endMs;
            if (isLast && utterance.text !== '') reports.add(utterance);
          }
        })();
        const over = () => reports.end();
        void listening.then(over, over);
        yield* events;
      }),
  };
}

interface Reports extends Disposable {
  add(utterance: Utterance): void;
  /** No more are added: once those due have been made, so are the events. */
  end(): void;
}

function createReports(clock: Clock, events: Channel<STTEvent>): Reports {
  const due = new Set<() => void>();
  let hasEnded = false;
  const endWhenDone = () => {
    if (hasEnded && due.size === 0) events.end();
  };
  const later = (delayMs: number, event: STTEvent) => {
    const cancel = clock.after(delayMs, () => {
      due.delete(cancel);
      void events.push(event);
      endWhenDone();
    });
    due.add(cancel);
  };
  return {
    add({ endMs, text, transcriptDelayMs = 200, final = true }) {
      const segmentId = `utterance-${endMs}`;
      later(transcriptDelayMs / 2, { type: 'transcript-interim', segmentId, text: firstWords(text) });
      if (final) later(transcriptDelayMs, { type: 'transcript-final', segmentId, text, endMs });
    },
    end() {
      hasEnded = true;
      endWhenDone();
    },
    [Symbol.dispose]() {
      for (const cancel of due) cancel();
      due.clear();
    },
  };
}
