import { expect, test } from 'vitest';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import { Channel } from '../stream/channel.js';
import { VirtualClock } from '../time/virtual-clock.js';
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
  const port = new OutputPort(output, { clock: new VirtualClock(), onFailure: (error) => failures.push(error) });
  const tell = async (...told: readonly PlayoutEvent[]) => {
    for (const event of told) void events.push(event);
    await new Promise(setImmediate);
  };
  return { port, output, events, failures, tell };
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

test('an output that is put back is not read a second time; only a busy one is cleared', async () => {
  const { port, output } = setUp();
  const events = new Channel<PlayoutEvent>({ capacity: 10 });
  let readers = 0;
  let cleared = 0;
  const other: AudioOutput = {
    ...output,
    clear: () => void (cleared += 1),
    events: {
      [Symbol.asyncIterator]() {
        readers += 1;
        return events[Symbol.asyncIterator]();
      },
    },
  };
  for (const next of [other, undefined, other, output, other]) port.replace(next);
  expect([readers, cleared]).toEqual([1, 0]);
  const seen: string[] = [];
  const segmentId = port.open({ onEvent: ({ type }) => void seen.push(type), onReplaced: () => void seen.push('replaced') });
  port.replace(undefined);
  expect([port.isGone, cleared]).toEqual([true, 1]);
  void events.push({ type: 'started', segmentId });
  await new Promise(setImmediate);
  expect(seen).toEqual(['replaced']);
});
