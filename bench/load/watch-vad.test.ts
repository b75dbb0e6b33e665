import type { VADEvent, VADInput } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { expect, test } from 'vitest';
import { callerFrame, frameMs } from '../fakes/caller-frame.js';
import { createFakeVAD } from '../fakes/fake-vad.js';
import { watchVAD } from './watch-vad.js';

async function* frames(count: number): AsyncGenerator<VADInput> {
  for (let index = 0; index < count; index += 1) yield { type: 'audio', frame: callerFrame(index % 2 === 0, index * frameMs) };
}

const requestOf = (count: number) => ({
  audio: frames(count),
  sampleRate: 16_000,
  signal: new AbortController().signal,
  clock: realClock,
  logger: { log: () => {} },
  sessionId: 'bench',
  callId: 'bench',
});

async function eventsOf(events: AsyncIterable<VADEvent>): Promise<readonly VADEvent[]> {
  const all: VADEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test('a VAD that is watched says the same as before', async () => {
  const fake = createFakeVAD();
  expect(await eventsOf(watchVAD(fake).vad.detect(requestOf(4)))).toEqual(await eventsOf(fake.detect(requestOf(4))));
});

test('each window that is answered is timed and counted, over all calls', async () => {
  const watched = watchVAD(createFakeVAD());
  await eventsOf(watched.vad.detect(requestOf(4)));
  await eventsOf(watched.vad.detect(requestOf(3)));
  expect(watched.count()).toEqual({ given: 7, answered: 7 });
  expect(watched.latenciesMs.every((ms) => ms >= 0)).toBe(true);
});

test('a window that no frame has completed yet is not missed', async () => {
  const fake = createFakeVAD();
  const silent = watchVAD({
    ...fake,
    capabilities: { ...fake.capabilities, windowMs: 32 },
    detect: async function* ({ audio }) {
      // Reads all and says nothing.
      for await (const _ of audio) yield* [];
    },
  });
  await eventsOf(silent.vad.detect(requestOf(4)));
  expect(silent.count()).toEqual({ given: 2, answered: 0 });
});
