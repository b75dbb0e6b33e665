import type { AudioFrame, TTS } from '@parley/core/provider';
import { callRequest } from './call-request.js';

const sampleRate = 16_000;
const frameSamples = 320;

export interface SpokenFramesOptions {
  readonly text: string;
  readonly voice?: string;
  /** Of the first frame. */
  readonly atMs?: number;
  /** Silence around the speech, as a VAD's cut leaves it. */
  readonly beforeMs?: number;
  readonly afterMs?: number;
}

/** A sentence in frames of 20 ms, as core hands an utterance to an STT. */
export async function spokenFrames(tts: TTS, options: SpokenFramesOptions): Promise<AudioFrame[]> {
  const { text, voice = 'slt', atMs = 0, beforeMs = 240, afterMs = 280 } = options;
  const events = tts.synthesize({ ...callRequest(), text: segment(text), sampleRate, voice });
  const frames: Int16Array[] = silence(beforeMs);
  for await (const event of events) if (event.type === 'audio') frames.push(event.frame.samples);
  frames.push(...silence(afterMs));
  return frames.map((samples, index) => ({ samples, sampleRate, channels: 1, atMs: atMs + index * 20 }));
}

const silence = (durationMs: number) => Array.from({ length: durationMs / 20 }, () => new Int16Array(frameSamples));

async function* segment(text: string) {
  yield { type: 'text', segmentId: 'a', text } as const;
  yield { type: 'flush', segmentId: 'a' } as const;
}
