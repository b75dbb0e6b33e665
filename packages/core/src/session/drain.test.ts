import { describe, expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import { scenario } from '../testing/scenario.js';

const stuck = { wait: tool({ description: 'Waits.', execute: () => new Promise(() => {}) }) };
const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const llm = [{ input: 'hello', toolCalls: [{ name: 'wait' }] }];

describe('draining', () => {
  test('waits no longer than 10 s: it closes with what is left, and says so', async () => {
    const { events, history } = await scenario({ user, llm, tools: stuck, at: { 5000: (session) => session.drain() }, durationMs: 20_000 });
    expect(events.at(-1)).toMatchObject({ atMs: 15_000, event: { type: 'close', reason: 'drained', unfinished: ['speech-1 (working)'] } });
    expect(events.find(({ event }) => event.type === 'error' && event.source === 'session')).toMatchObject({
      atMs: 15_000,
      event: {
        error: { message: 'drain: not finished after 10000 ms: speech-1 (working); the session closes without it' },
        recoverable: true,
      },
    });
    expect(history).toEqual(['user: hello', 'call: wait {}', 'error: The call was interrupted before it was finished.']);
  });

  test('waits for as long as it is told to, and names a turn that is still open', async () => {
    const { events } = await scenario({ user, at: { 1000: (session) => session.drain({ timeoutMs: 300 }) }, durationMs: 9000 });
    expect(events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'drained', unfinished: ["the user's turn"] });
    expect(events.at(-1)?.atMs).toBeLessThanOrEqual(3300);
  });

  test('that finishes in time says nothing of it', async () => {
    const { events } = await scenario({
      user,
      llm: [{ input: 'hello', output: 'hi' }],
      tts: [{ text: 'hi', audioMs: 1000 }],
      at: { 2800: (session) => session.drain() },
      durationMs: 9000,
    });
    expect(events.at(-1)?.event).toEqual({ type: 'close', reason: 'drained', createdAt: events.at(-1)?.atMs });
  });

  test('with a time that is none is refused at once, by name', async () => {
    const message = /drain: option "timeoutMs" is NaN; it must be milliseconds/;
    await scenario({ at: { 10: (session) => expect(session.drain({ timeoutMs: Number.NaN })).rejects.toThrow(message) }, durationMs: 100 });
  });
});
