import type { AudioFrame, CallOptions, STTInput, STTRequest, TTSInput, TTSRequest } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';

/** Of a call on its own. */
export const callOptions = (signal = new AbortController().signal): CallOptions => ({
  signal,
  clock: realClock,
  logger: { log: () => {} },
  sessionId: 'session-1',
  callId: 'call-1',
});

/** 20 ms of a ramp. */
export function frameAt(atMs: number, sampleRate = 16_000): AudioFrame {
  const samples = Int16Array.from({ length: sampleRate / 50 }, (_sample, index) => index - 100);
  return { samples, sampleRate, channels: 1, atMs };
}

export const audioAt = (...timesMs: readonly number[]): STTInput[] => timesMs.map((atMs) => ({ type: 'audio', frame: frameAt(atMs) }));

export const sttRequest = (audio: AsyncIterable<STTInput>, more: Partial<STTRequest> = {}): STTRequest => ({
  ...callOptions(),
  audio,
  sampleRate: 16_000,
  ...more,
});

export const ttsRequest = (text: AsyncIterable<TTSInput>, more: Partial<TTSRequest> = {}): TTSRequest => ({
  ...callOptions(),
  text,
  sampleRate: 24_000,
  ...more,
});

/** Each text a segment, `s1` on. */
export async function* spoken(...texts: readonly string[]): AsyncGenerator<TTSInput> {
  for (const [index, text] of texts.entries()) {
    const segmentId = `s${index + 1}`;
    yield { type: 'text', segmentId, text };
    yield { type: 'flush', segmentId };
  }
}

export async function* inputs<Input>(...all: readonly Input[]): AsyncGenerator<Input> {
  yield* all;
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

/** Until this holds, in real time. */
export async function holds(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    if (tries > 2000) throw new Error(`it never held: ${condition.toString()}`);
    await new Promise<void>((resolve) => void realClock.after(1, resolve));
  }
}

/** Reads up to the first event of this type. */
export async function readUntil<Event extends { readonly type: string }>(
  reader: AsyncIterator<Event, unknown>,
  type: Event['type'],
): Promise<void> {
  for (;;) {
    const result = await reader.next();
    if (result.done === true) throw new Error(`the stream ended before ${type}`);
    if (result.value.type === type) return;
  }
}
