import type { AudioFrame, Clock, VAD, VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import type { Recording } from './speech.js';

/** Frames of 20 ms, as a call brings them. */
export function toFrames({ samples, sampleRate }: Recording, { atMs = 0, frameMs = 20 } = {}): readonly AudioFrame[] {
  const size = (sampleRate * frameMs) / 1000;
  return Array.from({ length: Math.ceil(samples.length / size) }, (_, index) => ({
    samples: samples.subarray(index * size, (index + 1) * size),
    sampleRate,
    channels: 1,
    atMs: atMs + index * frameMs,
  }));
}

export async function* toAudio(frames: readonly AudioFrame[]): AsyncGenerator<VADInput, void> {
  for (const frame of frames) yield { type: 'audio', frame };
}

/** A request with what a test does not care for. */
export function request(given: Pick<VADRequest, 'audio' | 'sampleRate'> & Partial<VADRequest> & { readonly clock?: Clock }): VADRequest {
  return {
    signal: new AbortController().signal,
    clock: realClock,
    logger: { log: () => {} },
    sessionId: 'session-1',
    callId: 'call-1',
    ...given,
  };
}

/** All events of a recording. */
export async function hear(vad: VAD, recording: Recording, options: Partial<VADRequest> & { readonly atMs?: number; readonly frameMs?: number } = {}): Promise<VADEvent[]> {
  const events: VADEvent[] = [];
  const audio = toAudio(toFrames(recording, options));
  for await (const event of vad.detect(request({ audio, sampleRate: recording.sampleRate, ...options }))) events.push(event);
  return events;
}

export const withoutWindows = (events: readonly VADEvent[]): VADEvent[] => events.filter(({ type }) => type !== 'window');

export const probabilities = (events: readonly VADEvent[]): number[] => events.flatMap((event) => (event.type === 'window' ? [event.probability] : []));
