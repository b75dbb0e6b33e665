import { callStream } from '../provider-kit/call-stream.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { VAD, VADEvent } from '../provider/vad.js';

export interface ScriptedVADOptions {
  /** Silence after which an utterance has ended: 500 by default. */
  readonly minSilenceMs?: number;
}

/** A VAD that knows a scripted caller's voice from silence: starts with the first voiced frame, ends after 500 ms of silence, or as told. */
export function createScriptedVAD({ minSilenceMs = 500 }: ScriptedVADOptions = {}): VAD {
  return {
    specificationVersion: 1,
    kind: 'vad',
    provider: 'scripted',
    model: 'scripted-vad',
    capabilities: { sampleRates: [16_000], windowMs: 50 },
    detect: (request) =>
      callStream(request, async function* () {
        let state: Stretch = { speechMs: 0, silenceMs: 0, isSpeech: false };
        for await (const input of request.audio) {
          if (input.type === 'reset') {
            state = { speechMs: 0, silenceMs: 0, isSpeech: false };
            continue;
          }
          const { next, events } = hear(state, input.frame, minSilenceMs);
          state = next;
          yield* events;
        }
      }),
  };
}

interface Stretch {
  readonly isSpeech: boolean;
  readonly speechMs: number;
  readonly silenceMs: number;
}

function hear(state: Stretch, frame: AudioFrame, minSilenceMs: number): { readonly next: Stretch; readonly events: readonly VADEvent[] } {
  const lengthMs = (frame.samples.length / frame.sampleRate) * 1000;
  const endMs = frame.atMs + lengthMs;
  const isVoiced = frame.samples[0] !== 0;
  const speechMs = isVoiced ? state.speechMs + (state.isSpeech ? state.silenceMs : 0) + lengthMs : state.speechMs;
  const silenceMs = isVoiced ? 0 : state.silenceMs + lengthMs;
  const window: VADEvent = { type: 'window', atMs: frame.atMs, probability: isVoiced ? 1 : 0, speechMs, silenceMs };
  if (isVoiced && !state.isSpeech) {
    return {
      next: { isSpeech: true, speechMs: lengthMs, silenceMs: 0 },
      events: [
        { ...window, speechMs: lengthMs },
        { type: 'speech-start', atMs: frame.atMs },
      ],
    };
  }
  if (state.isSpeech && silenceMs >= minSilenceMs) {
    return { next: { isSpeech: false, speechMs: 0, silenceMs }, events: [window, { type: 'speech-end', atMs: endMs - silenceMs }] };
  }
  return { next: { isSpeech: state.isSpeech, speechMs, silenceMs }, events: [window] };
}
