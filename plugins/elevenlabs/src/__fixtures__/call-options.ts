import type { AudioFrame, CallOptions, Clock, STTInput, STTRequest, TTSInput, TTSRequest } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';

interface OwnOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** Of a call on its own. */
const callOptions = ({ signal = new AbortController().signal, clock = realClock }: OwnOptions): CallOptions => ({
  signal,
  clock,
  logger: { log: () => {} },
  sessionId: 'session-1',
  callId: 'call-1',
});

/** Segments named 1, 2 and so on, each in one piece. */
export async function* segments(...texts: readonly string[]): AsyncGenerator<TTSInput> {
  for (const [index, text] of texts.entries()) {
    const segmentId = String(index + 1);
    yield { type: 'text', segmentId, text };
    yield { type: 'flush', segmentId };
  }
}

export const ttsRequest = (text: AsyncIterable<TTSInput>, more: Partial<TTSRequest> = {}): TTSRequest => ({
  ...callOptions(more),
  text,
  sampleRate: 24_000,
  ...more,
});

export const sttRequest = (audio: AsyncIterable<STTInput>, more: Partial<STTRequest> = {}): STTRequest => ({
  ...callOptions(more),
  audio,
  sampleRate: 16_000,
  ...more,
});

/** So much audio at 16 kHz, in frames of 20 ms, each sample one more than the one before. */
export function frames(durationMs: number, fromMs = 0): STTInput[] {
  return Array.from({ length: durationMs / 20 }, (_, index) => ({ type: 'audio', frame: frameAt(fromMs + index * 20) }));
}

function frameAt(atMs: number): AudioFrame {
  const samples = Int16Array.from({ length: 320 }, (_, index) => (atMs * 16 + index) % 30_000);
  return { samples, sampleRate: 16_000, channels: 1, atMs };
}

export async function readAll<Event>(stream: AsyncIterable<Event>): Promise<Event[]> {
  const events: Event[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

export async function failureOf(stream: AsyncIterable<unknown>): Promise<unknown> {
  try {
    await readAll(stream);
  } catch (error) {
    return error;
  }
  throw new Error('the stream did not fail');
}

/** Looks again and again, for as long as the test may last. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise<void>((resolve) => void realClock.after(2, resolve));
}
