import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { firstHeartbeat, type HeartbeatEvent, nextHeartbeat } from './heartbeat.js';
import { watchParent } from './parent-watch.js';

test('a silence is told of once, then its end; after 60 s the process is lost', () => {
  const verdicts: string[] = [];
  let state = firstHeartbeat;
  const step = (type: HeartbeatEvent['type'], atMs: number) => {
    const next = nextHeartbeat(state, { type, atMs });
    state = next.state;
    verdicts.push(next.verdict.type === 'none' ? '-' : `${next.verdict.type} ${next.verdict.silentForMs}`);
  };
  step('asked', 0);
  step('looked-at', 499);
  step('answered', 499);
  step('looked-at', 2000);
  step('asked', 2500);
  step('looked-at', 3000);
  // Asking again does not make the silence shorter, and does not tell of it again.
  step('asked', 5000);
  step('looked-at', 5500);
  step('answered', 30_000);
  step('asked', 32_500);
  step('looked-at', 92_499);
  step('looked-at', 92_500);
  expect(verdicts).toEqual(['-', '-', '-', '-', '-', 'slow 500', '-', '-', 'recovered 27500', '-', 'slow 59999', 'lost 60000']);
});

test('a worker that has not asked for 60 s is gone, unless this process was itself blocked and finds the question waiting', async () => {
  const clock = new VirtualClock();
  const lost: number[] = [];
  const watch = watchParent({ clock, onLost: () => void lost.push(clock.now()) });
  clock.after(50_000, () => watch.asked());
  // Read after the timer that looks, as a message is that came during a block.
  clock.after(110_500, () => watch.asked());
  await clock.advanceTo(170_000);
  expect(lost).toEqual([]);
  await clock.runUntilIdle();
  expect(lost).toEqual([172_000]);
});

test('a watch that is given back calls nobody', async () => {
  const clock = new VirtualClock();
  watchParent({ clock, onLost: () => expect.unreachable() })[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});
