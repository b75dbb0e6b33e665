import { describe, expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { scenario } from '../testing/scenario.js';

const stuck = { wait: tool({ description: 'Waits.', execute: () => new Promise(() => {}) }) };
const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
/** What the model reads at once of a tool in the background. */
const started = 'Started.\n(Still running. The result will follow; do not guess it.)';
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

  test('waits for a tool that no turn waits for, and for what it has to tell; then for what is left of the time', async () => {
    const play = async (timeoutMs: number) => {
      const clock = new VirtualClock();
      const book = tool({
        description: 'Books.',
        background: true,
        execute: (_input, { signal }) => sleep(3000, { clock, signal }).then(() => 'booked'),
      });
      const said = (text: string) => ({ text, audioMs: 500 });
      const isEnough = timeoutMs > 3000;
      const { events, history } = await scenario({
        clock,
        user,
        tools: { book },
        llm: [
          { input: 'hello', toolCalls: [{ name: 'book' }] },
          { input: started, output: 'on it' },
          { input: 'booked', output: 'done' },
        ].slice(0, isEnough ? 3 : 2),
        tts: [said('on it'), said('done')].slice(0, isEnough ? 2 : 1),
        at: { 5000: (session) => session.drain({ timeoutMs }) },
        durationMs: 20_000,
      });
      const closed = events.at(-1)?.event;
      return { last: history.at(-1), unfinished: closed?.type === 'close' ? closed.unfinished : [] };
    };
    expect(await play(8000)).toEqual({ last: 'assistant: done', unfinished: undefined });
    expect(await play(1000)).toMatchObject({ unfinished: ['1 tool that no turn waits for'] });
  });

  test('by a tool that no turn waits for does not wait for that tool', async () => {
    const end = tool({ description: 'Ends.', background: true, execute: (_input, { session }) => session.drain() });
    const { events } = await scenario({
      user,
      tools: { end },
      llm: [
        { input: 'hello', toolCalls: [{ name: 'end' }] },
        { input: started, output: 'bye' },
      ],
      tts: [{ text: 'bye', audioMs: 500 }],
      durationMs: 20_000,
    });
    expect(events.at(-1)?.atMs).toBeLessThan(6000);
    expect(events.at(-1)?.event).not.toHaveProperty('unfinished');
  });

  test('with a time that is none is refused at once, by name', async () => {
    const message = /drain: option "timeoutMs" is NaN; it must be milliseconds/;
    await scenario({ at: { 10: (session) => expect(session.drain({ timeoutMs: Number.NaN })).rejects.toThrow(message) }, durationMs: 100 });
  });
});
