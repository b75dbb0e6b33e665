import { setImmediate } from 'node:timers/promises';
import type { Trial } from '../../trial/trial.js';
import type { Rule } from '../rule.js';
import { mustHold } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { ownTimeMs } from '../event-loop-stall.js';
import { noParts, vendorAtWork } from './vendor-at-work.js';
import { loopbackDelayMs } from './loopback-delay.js';

/** Level 5: numbers 1 to 3. */
export const callTimingRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  addedDelay(manner),
  cadence(manner),
  blocking(manner),
];

/** A busy machine makes one try look bad, not three. */
const tries = 3;
/** Above what this machine takes for loopback: half of it the plugin's, half what a busy machine adds. */
const addedMedianMs = 5;
const addedWorstMs = 150;
const callsTimed = 40;

const addedDelay = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-5.1`,
  title: 'What the vendor says is an event at once: half of the time within 5 ms, 99 of 100 within 150 ms, over what the loopback takes.',
  why: 'Each millisecond that a plugin adds is silence at the start of every reply.',
  since: '1.0',
  leftOut: noParts(manner),
  deadlineMs: 30_000,
  async prove(trial) {
    // The least of each: a busy machine spoils now this, now that, and the plugin's own share is in all.
    let least = { median: Infinity, worst: Infinity };
    for (let attempt = 0; attempt < tries; attempt += 1) {
      const added = await addedByCalls(trial, manner);
      least = { median: Math.min(least.median, added.median), worst: Math.min(least.worst, added.worst) };
      trial.measured({ addedP50Ms: least.median, addedP99Ms: least.worst });
      if (least.median <= addedMedianMs && least.worst <= addedWorstMs) return;
    }
    const shown = [least.median, least.worst].map((ms) => ms.toFixed(1));
    mustHold(false, `beyond what the loopback took, the first of an answer took ${shown[0]} ms (median), ${shown[1]} ms (99 of 100)`);
  },
});

/** Beyond what the loopback takes right before and right after, whichever is more: how busy the machine is changes. */
async function addedByCalls<Kind extends CallKind>(
  trial: Trial<Kind>,
  manner: Manner<Kind>,
): Promise<{ readonly median: number; readonly worst: number }> {
  const before = await loopbackDelayMs();
  const delays = await timedCalls(trial, manner);
  const after = await loopbackDelayMs();
  return {
    median: quantile(delays, 0.5) - Math.max(before.median, after.median),
    worst: quantile(delays, 0.99) - Math.max(before.worst, after.worst),
  };
}

/** From what the vendor says to the event, in real time that this thread had, call after call. */
async function timedCalls<Kind extends CallKind>(trial: Trial<Kind>, manner: Manner<Kind>): Promise<readonly number[]> {
  let saidMs = 0;
  const { instance } = await vendorAtWork(trial, async (call) => {
    const mark = await manner.hear(call);
    saidMs = ownTimeMs();
    await manner.begin(call, mark);
    await manner.finish(call, mark);
  });
  const delays: number[] = [];
  for (let count = 0; count < callsTimed; count += 1) {
    const stream = manner.start(instance, trial.call({ clock: 'real' }).options, { mark: 1 });
    let isFirst = true;
    for await (const event of stream) {
      if (!isFirst || manner.content([event]) === '') continue;
      isFirst = false;
      delays.push(ownTimeMs() - saidMs);
    }
  }
  return delays;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Infinity;
}

const partsPaced = 20;

const cadence = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-5.2`,
  title: 'What comes in parts is handed on in parts: none waits for the next.',
  why: 'Text or audio that is gathered up is heard late, and then all at once.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    let goOn: (() => Promise<void>) | undefined;
    let finish: (() => Promise<void>) | undefined;
    const { instance } = await vendorAtWork(trial, async (call) => {
      const mark = await manner.hear(call);
      await manner.begin(call, mark);
      goOn = () => manner.goOn(call, mark);
      finish = () => manner.finish(call, mark);
    });
    const reading = trial.read(manner.start(instance, trial.call({ clock: 'real' }).options, { mark: 1 }));
    await trial.holds('the beginning of the answer at the vendor', () => goOn !== undefined);
    for (let part = 1; part <= partsPaced; part += 1) {
      await goOn?.();
      await trial.holds(`part ${part} of the answer, before the next is sent`, () => manner.partsOf(reading.events) >= part);
    }
    await finish?.();
    await trial.settled('the end of the call', reading.all());
  },
});

/** Longer, the audio of other calls runs dry. */
const longestBlockMs = 150;
const partsAtOnce = 100;

const blocking = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-5.3`,
  title: 'A long answer that comes at once does not stop the process: nothing else waits for more than 150 ms.',
  why: 'All calls of a worker share one thread; while it is held no audio is played in any of them.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    let best = Infinity;
    for (let attempt = 0; attempt < tries && best > longestBlockMs; attempt += 1) best = Math.min(best, await longestBlock(trial, manner));
    trial.measured({ longestBlockMs: best });
    mustHold(best <= longestBlockMs, `everything else waited for ${Math.round(best)} ms while an answer of ${partsAtOnce} parts came`);
  },
});

/** In time of the processor: what a busy machine gives to others does not count. */
async function longestBlock<Kind extends CallKind>(trial: Trial<Kind>, manner: Manner<Kind>): Promise<number> {
  const { instance } = await vendorAtWork(trial, async (call) => {
    const mark = await manner.hear(call);
    await manner.begin(call, mark);
    for (let part = 0; part < partsAtOnce; part += 1) {
      await manner.goOn(call, mark);
      // The vendor is of this process, too.
      await setImmediate();
    }
    await manner.finish(call, mark);
  });
  const warm = trial.read(manner.start(instance, trial.call({ clock: 'real' }).options, { mark: 1 }));
  await trial.settled('the end of the call', warm.all());
  const reading = trial.read(manner.start(instance, trial.call({ clock: 'real' }).options, { mark: 1 }));
  let longest = 0;
  for (let last = process.cpuUsage(); !reading.hasEnded;) {
    await setImmediate();
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
  }
  await trial.settled('the end of the call', reading.all());
  return longest;
}
