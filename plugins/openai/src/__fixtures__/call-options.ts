import type { CallOptions, LLMRequest } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';

/** Of a call on its own. */
export const callOptions = (signal = new AbortController().signal): CallOptions => ({
  signal,
  clock: realClock,
  logger: { log: () => {} },
  sessionId: 'session-1',
  callId: 'call-1',
});

export const llmRequest = (more: Partial<LLMRequest> = {}): LLMRequest => ({
  ...callOptions(),
  chat: [{ type: 'message', role: 'user', id: 'm1', createdAtMs: 0, content: [{ type: 'text', text: 'hello' }] }],
  tools: [],
  toolChoice: 'auto',
  ...more,
});

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
