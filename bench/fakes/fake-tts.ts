import type { AudioFrame, TTS, TTSEvent } from '@parley/core/provider';
import { frameMs } from './caller-frame.js';

/** Of the agent's audio; the fake outputs play the same, so that nothing is resampled. */
export const agentSampleRate = 24_000;
const length = (agentSampleRate * frameMs) / 1000;
/** A tone of 500 hertz whose frames fit together: what is no sound, a codec leaves out. */
const voice = Int16Array.from({ length }, (_, index) => Math.round(8000 * Math.sin((2 * Math.PI * 10 * index) / length)));

export interface FakeTTSOptions {
  /** Frames of 20 ms that each segment becomes. */
  readonly framesPerSegment: number;
  /** Whether each frame has memory of its own, as a real voice's has; else all share one. */
  readonly ownsFrames?: boolean;
}

/** A TTS that speaks each segment at once, at a fixed length. */
export function createFakeTTS({ framesPerSegment, ownsFrames = false }: FakeTTSOptions): TTS {
  const frame = (atMs: number): AudioFrame => ({
    samples: ownsFrames ? new Int16Array(voice) : voice,
    sampleRate: agentSampleRate,
    channels: 1,
    atMs,
  });
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider: 'bench',
    model: 'fake-tts',
    capabilities: { streaming: true, wordTimings: false, sampleRates: [agentSampleRate] },
    async *synthesize({ text }): AsyncGenerator<TTSEvent, void, void> {
      for await (const { type, segmentId } of text) {
        if (type === 'text') continue;
        for (let index = 0; index < framesPerSegment; index += 1) yield { type: 'audio', segmentId, frame: frame(index * frameMs) };
        yield { type: 'segment-end', segmentId };
      }
    },
  };
}
