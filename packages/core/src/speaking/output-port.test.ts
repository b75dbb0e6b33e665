import { expect, test } from 'vitest';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import { Channel } from '../stream/channel.js';
import { OutputPort } from './output-port.js';

function setUp() {
  const events = new Channel<PlayoutEvent>({ capacity: 100 });
  const output: AudioOutput = {
    sampleRate: 16_000,
    channels: 1,
    latencyMs: 0,
    write: () => undefined,
    end: () => {},
    clear: () => {},
    events,
    [Symbol.asyncDispose]: async () => {},
  };
  const failures: unknown[] = [];
  const port = new OutputPort(output, (error) => failures.push(error));
  const tell = async (...told: readonly PlayoutEvent[]) => {
    for (const event of told) void events.push(event);
    await new Promise(setImmediate);
  };
  return { port, events, failures, tell };
}

test('each segment has a name of its own, and hears of itself alone, until it has finished', async () => {
  const { port, tell } = setUp();
  const seen: string[] = [];
  const listener = (name: string) => ({
    onEvent: ({ type }: PlayoutEvent) => void seen.push(`${name} ${type}`),
    onReplaced: () => void seen.push(`${name} replaced`),
  });
  const [one, two] = [port.open(listener('one')), port.open(listener('two'))];
  expect(one).not.toBe(two);
  await tell(
    { type: 'started', segmentId: one },
    { type: 'finished', segmentId: one, playedMs: 0, complete: true },
    { type: 'progress', segmentId: one, playedMs: 10 },
    { type: 'started', segmentId: two },
    { type: 'started', segmentId: 'somebody else’s' },
  );
  expect(seen).toEqual(['one started', 'one finished', 'two started']);
});

test('a segment that was forgotten hears nothing', async () => {
  const { port, tell } = setUp();
  const seen: string[] = [];
  const segmentId = port.open({ onEvent: ({ type }) => void seen.push(type), onReplaced: () => {} });
  port.forget(segmentId);
  await tell({ type: 'started', segmentId });
  expect(seen).toEqual([]);
});

test('events that fail are reported once; events that end are the end of the call', async () => {
  const failing = setUp();
  failing.events.fail(new Error('device lost'));
  await failing.tell();
  expect(failing.failures).toEqual([new Error('device lost')]);
  const ending = setUp();
  ending.events.end();
  await ending.tell();
  expect(ending.failures).toEqual([]);
});
