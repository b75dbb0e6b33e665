import { AbortError } from '@parley/core/provider-kit';
import { closeInstance } from '../../subject/close-instance.js';
import type { HeardOf, StepOf, WireOf } from '../../subject/provables.js';
import type { Trial } from '../../trial/trial.js';
import { playVendor } from '../../wire/play-vendor.js';
import type { Rule } from '../rule.js';
import { settledBytes } from '../memory-growth.js';
import { mustHold } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { answering, noWire } from './vendor-at-work.js';

const cycles = 1000;
const batches = 10;
/** After these; before the first of them caches fill and code is compiled. */
const measured: ReadonlySet<number> = new Set([2, 3, 8, 9]);
const batchesBetween = 6;
/** Of what a cycle leaves in memory: a call that is kept is ten times as much. */
const mostBytes = 1000;
/** What the measuring itself is unsure of, in all. */
const noiseBytes = 500_000;

/** Level 3: number 18. */
export const openAndClose = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.18`,
  title: 'A thousand instances that are made, called, read to the end or aborted, and closed, leave no memory and no handle behind.',
  why: 'A worker takes ten thousand calls between two deploys.',
  since: '1.0',
  leftOut: noWire,
  deadlineMs: 60_000,
  async prove(trial) {
    const { wire } = trial.subject;
    if (wire === undefined) return;
    const perBatch = Math.max(5, Math.round(trial.times(cycles) / batches));
    const sizes: number[] = [];
    const handlesBefore = process.getActiveResourcesInfo().length;
    for (let batch = 0; batch < batches; batch += 1) {
      await runBatch(trial, { manner, wire, count: perBatch });
      if (measured.has(batch)) sizes.push(await settledBytes());
    }
    // The smaller of two neighbours: what lags behind shows in one of them.
    const grownBytes = Math.min(...sizes.slice(2)) - Math.min(...sizes.slice(0, 2));
    const between = perBatch * batchesBetween;
    const most = mostBytes * between + noiseBytes;
    mustHold(grownBytes <= most, `memory grew by ${grownBytes} bytes over ${between} cycles; up to ${most} are noise`);
    // What is closing takes a moment.
    const handles = () => process.getActiveResourcesInfo().length - handlesBefore;
    await trial.holds(`fewer than ${perBatch} handles left of ${perBatch * batches} cycles`, () => handles() < perBatch);
  },
});

interface Batch<Kind extends CallKind> {
  readonly manner: Manner<Kind>;
  readonly wire: WireOf<Kind>;
  readonly count: number;
}

/** On a vendor of its own, for a vendor keeps a record of what it saw. */
async function runBatch<Kind extends CallKind>(trial: Trial<Kind>, { manner, wire, count }: Batch<Kind>): Promise<void> {
  await using vendor = await playVendor<Kind, HeardOf<Kind>, StepOf<Kind>>(wire, answering(manner));
  const call = trial.call().options;
  for (let cycle = 0; cycle < count; cycle += 1) {
    const instance = await trial.subject.create({ clock: trial.clock, ...vendor.settings });
    const controller = new AbortController();
    const options = { ...call, signal: controller.signal };
    for await (const event of manner.start(instance, options, { mark: 1 })) {
      // Every other one is aborted at its first event.
      if (cycle % 2 === 1 && !controller.signal.aborted && event.type !== 'usage') controller.abort(new AbortError());
    }
    await closeInstance(instance);
  }
}
