import type { AudioFrame, STTEvent } from '@parley/core/provider';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { timeout } from '../call/refusal-rules.js';
import { answering, noWire, silent, vendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustHold, shown } from '../violation.js';
import { audioInput, framesOf, sttManner } from './stt-manner.js';
import { talk } from './stt-talk.js';

const [eagerConfidence, finalConfidence] = [0.37, 0.62];
const nearConfidence = 0.005;

/** All confidences of an event, those of its words included. */
function confidencesOf(event: STTEvent): readonly (number | undefined)[] {
  switch (event.type) {
    case 'transcript-interim':
    case 'transcript-final':
      // What the vendor says of nothing is nothing.
      return event.text === '' ? [] : [event.confidence, ...(event.words ?? []).map(({ confidence }) => confidence)];
    case 'turn-eager':
    case 'turn-end':
      return [event.confidence];
    default:
      return [];
  }
}

/** Two channels of the rate that the call has, and one of another. */
const strangeFrames = (sampleRate: number): readonly { readonly name: string; readonly frame: AudioFrame }[] => [
  {
    name: 'a frame of another sample rate',
    frame: { samples: new Int16Array(sampleRate / 25).fill(9), sampleRate: sampleRate * 2, channels: 1, atMs: 20 },
  },
  {
    name: 'a frame of two channels',
    frame: { samples: new Int16Array(sampleRate / 25).fill(9), sampleRate, channels: 2, atMs: 20 },
  },
];

/** Level 2, that nothing is made up and nothing is mistaken: numbers 28 and 29. */
export const sttHonestyRules: readonly Rule<'stt'>[] = [
  {
    id: 'STT-2.28',
    title: "A confidence is the vendor's own, of the text it stands with, and absent where the vendor gives none.",
    why: 'An application that asks again where the recogniser is unsure would never ask, or always.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const call = await talk(trial);
      call.speak(400, 0);
      const heard = { startMs: 0, endMs: 400, words: [{ text: 'Sure.', startMs: 0, endMs: 400 }], text: 'Sure.' };
      const turn = { text: 'Sure.', endMs: 400 };
      if (trial.subject.declared.capabilities.streaming) {
        await call.hear(400);
        await call.say({ type: 'speech-start', atMs: 0 }, { ...heard, type: 'interim', confidence: eagerConfidence });
        await call.say({ ...turn, type: 'turn-eager', confidence: eagerConfidence });
      }
      const final = { ...heard, type: 'final', confidence: finalConfidence } as const;
      const events = await call.end(final, { ...turn, type: 'turn-end', confidence: finalConfidence });
      for (const event of events) {
        const isEarly = event.type === 'transcript-interim' || event.type === 'turn-eager';
        const expected = isEarly ? eagerConfidence : finalConfidence;
        for (const confidence of confidencesOf(event)) {
          if (confidence === undefined) continue;
          mustHold(
            Math.abs(confidence - expected) <= nearConfidence,
            `the confidence of ${event.type}: the vendor said ${expected}, if anything, and there came ${shown(confidence)}`,
          );
        }
      }
    },
  },
  {
    id: 'STT-2.29',
    title: "A frame of another sample rate or number of channels than the call's fails the call with an APIError that is not retryable.",
    why: 'Sent on as it is, the vendor hears noise, and nothing says why nobody is understood.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const sampleRate = trial.subject.declared.capabilities.sampleRates[0] ?? 16_000;
      for (const { name, frame } of strangeFrames(sampleRate)) {
        const { instance } = await vendorAtWork(trial, answering(sttManner));
        const [first] = framesOf({ value: 9, durationMs: 20, sampleRate });
        const audio = audioInput(first === undefined ? [frame] : [first, frame]);
        const reading = trial.read(instance.transcribe({ ...trial.call().options, audio, sampleRate }));
        mustBeAPIError(await trial.failure(`a call with ${name}`, reading.all()), name, { retryable: false });
      }
    },
  },
];

/** Less than rule 7 waits for an answer that stalls: they tell two faults. */
const waitedMs = 50_000;

/** Level 4, a vendor that says no more once the input has ended: number 26. */
export const silentAfterEnd: Rule<'stt'> = {
  id: 'STT-4.26',
  title:
    'Where the input has ended and the vendor does not say that all is final, the call waits, or fails with kind "timeout", retryable.',
  why: 'The last words before hanging up are still on their way; a quiet end says that there were none.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance, calls } = await vendorAtWork(trial, silent(sttManner));
    const sampleRate = trial.subject.declared.capabilities.sampleRates[0] ?? 16_000;
    const audio = audioInput(framesOf({ value: 1000, durationMs: 200, sampleRate }));
    const reading = trial.read(instance.transcribe({ ...trial.call().options, audio, sampleRate }));
    await trial.holds('the call at the vendor', () => calls.length > 0);
    await trial.quiet();
    await trial.pass(waitedMs);
    if (reading.hasEnded)
      mustBeAPIError(await trial.failure('a call whose vendor is silent', reading.all()), 'a vendor that is silent', timeout);
  },
};
