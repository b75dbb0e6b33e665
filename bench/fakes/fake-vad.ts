import type { AudioFrame, VAD, VADEvent, VADRequest } from '@parley/core/provider';
import { callerSampleRate, frameMs, isVoiced } from './caller-frame.js';

/**
 * A VAD that answers on each frame: speech starts with the first voiced one and ends with the first silent one.
 *
 * @param hears What it takes for voice.
 */
export function createFakeVAD(hears: (frame: AudioFrame) => boolean = isVoiced): VAD {
  return {
    specificationVersion: 1,
    kind: 'vad',
    provider: 'bench',
    model: 'fake-vad',
    capabilities: { sampleRates: [callerSampleRate], windowMs: frameMs },
    detect: (request) => detect(request, hears),
  };
}

/** A bare generator: it ends with its input, which the session ends when it closes. */
async function* detect({ audio }: VADRequest, hears: (frame: AudioFrame) => boolean): AsyncGenerator<VADEvent, void, void> {
  let speechMs = 0;
  let silenceMs = 0;
  for await (const input of audio) {
    if (input.type === 'reset') continue;
    const { atMs } = input.frame;
    const voiced = hears(input.frame);
    const wasSpeech = speechMs > 0;
    speechMs = voiced ? speechMs + frameMs : 0;
    silenceMs = voiced ? 0 : silenceMs + frameMs;
    yield { type: 'window', atMs: atMs + frameMs, probability: voiced ? 1 : 0, speechMs, silenceMs };
    if (voiced && !wasSpeech) yield { type: 'speech-start', atMs };
    if (!voiced && wasSpeech) yield { type: 'speech-end', atMs };
  }
}
