import type { VAD, VADEvent, VADInput } from '@parley/core/provider';
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

/** Answers on each two frames, at the time of the first of them. */
const byTwo: VAD = {
  ...createFakeVAD(),
  capabilities: { sampleRates: [16_000], windowMs: 2 * frameMs },
  async *detect({ audio }) {
    let startMs: number | undefined;
    for await (const input of audio) {
      if (input.type === 'reset') continue;
      if (startMs !== undefined) yield { type: 'window', atMs: startMs, probability: 0, speechMs: 0, silenceMs: 0 };
      startMs = startMs === undefined ? input.frame.atMs : undefined;
    }
  },
};

test('each window is timed from the push of the frame that completes it', async () => {
  const watched = watchVAD(byTwo);
  for (const index of [0, 1, 2, 3]) watched.pushed(callerFrame(true, index * frameMs));
  await eventsOf(watched.vad.detect(requestOf(4)));
  expect(watched.latenciesMs).toHaveLength(2);
  expect(watched.latenciesMs.every((ms) => ms >= 0)).toBe(true);
});

test('a window whose last frame was never pushed has no time', async () => {
  const watched = watchVAD(byTwo);
  for (const index of [0, 1, 2]) watched.pushed(callerFrame(true, index * frameMs));
  await eventsOf(watched.vad.detect(requestOf(4)));
  expect(watched.latenciesMs).toHaveLength(1);
});

test('frames that the VAD did not ask for are seen to be missing', async () => {
  const watched = watchVAD(byTwo);
  for (const index of [0, 1, 2, 3, 4]) watched.pushed(callerFrame(true, index * frameMs));
  await eventsOf(watched.vad.detect(requestOf(3)));
  expect(watched.count()).toEqual({ pushed: 5, heard: 3 });
});
