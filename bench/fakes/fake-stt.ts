import type { AudioFrame, STT, STTEvent, STTRequest } from '@parley/core/provider';
import { callerSampleRate, isVoiced } from './caller-frame.js';

/**
 * A streaming STT that answers on the first silent frame after voice with the final transcript of what was said.
 *
 * @param hears What it takes for voice.
 */
export function createFakeSTT(hears: (frame: AudioFrame) => boolean = isVoiced): STT {
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'bench',
    model: 'fake-stt',
    capabilities: {
      streaming: true,
      interimTranscripts: false,
      endpointing: false,
      turnDetection: false,
      wordTimings: false,
      speakers: false,
      settings: [],
      updatable: [],
      sampleRates: [callerSampleRate],
    },
    transcribe: (request) => transcribe(request, hears),
  };
}

/** A bare generator: it ends with its input, which the session ends when it closes. */
async function* transcribe({ audio }: STTRequest, hears: (frame: AudioFrame) => boolean): AsyncGenerator<STTEvent, void, void> {
  let isSpeech = false;
  let count = 0;
  for await (const input of audio) {
    if (input.type !== 'audio') continue;
    const wasSpeech = isSpeech;
    isSpeech = hears(input.frame);
    if (isSpeech || !wasSpeech) continue;
    count += 1;
    yield { type: 'transcript-final', segmentId: `utterance-${count}`, text: 'What time do you open?', endMs: input.frame.atMs };
  }
}
