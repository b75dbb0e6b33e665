import { setImmediate } from 'node:timers/promises';
import { createDeferred } from '@parley/core/provider-kit';
import type { Trial } from '../../trial/trial.js';
import type { Rule } from '../rule.js';
import { mustEqual } from '../violation.js';
import type { CallKind, CallPlay, Manner } from './manner.js';
import { answering, noParts, noWire, vendorAtWork } from './vendor-at-work.js';

/** Level 3, calls beside one another on one instance: numbers 14 to 16. */
export const callCompanyRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  sideBySide(manner),
  slowReader(manner),
  abortedBeside(manner),
];

/** Waits for so many. */
class Gathering {
  readonly #count: number;
  readonly #waiting: (() => void)[] = [];
  #arrived = 0;

  constructor(count: number) {
    this.#count = count;
  }

  async all(): Promise<void> {
    this.#arrived += 1;
    if (this.#arrived >= this.#count) for (const go of this.#waiting.splice(0)) go();
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}

const sideBySide = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.14`,
  title: 'Calls that run side by side on one instance do not mix, and none waits for another.',
  why: 'One instance serves all sessions of a worker: a caller would hear what was meant for another.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const [heard, begun] = [new Gathering(3), new Gathering(3)];
    const { instance } = await vendorAtWork(trial, async (call) => {
      const mark = await manner.hear(call);
      await heard.all();
      await manner.begin(call, mark);
      await begun.all();
      await manner.finish(call, mark);
    });
    const marks = [1, 2, 3];
    const readings = marks.map((mark) => trial.read(manner.start(instance, trial.call().options, { mark })));
    for (const [index, reading] of readings.entries()) {
      const events = await trial.settled('the end of one of three calls', reading.all());
      mustEqual(manner.content(events), manner.expected(marks[index] ?? 0), `the answer to call ${index + 1}`);
    }
  },
});

/** 20 s of audio: less than the 30 s that may be kept for one who does not read. */
const manyParts = 100;

const slowReader = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.15`,
  title: 'A call that is read slowly holds up no other, and loses nothing.',
  why: 'One session that is busy for a second would make all others of its worker wait.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    const { promise: allRead, resolve: end } = createDeferred<void>();
    const { instance, calls } = await vendorAtWork(trial, async (call) => {
      const mark = await manner.hear(call);
      await manner.begin(call, mark);
      if (mark === 1) for (let part = 0; part < manyParts; part += 1) await manner.goOn(call, mark);
      if (mark === 1) await allRead;
      await manner.finish(call, mark);
    });
    const slow = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    slow.pause();
    await trial.holds('the first call at the vendor', () => calls.length === 1);
    await trial.quiet();
    const other = trial.read(manner.start(instance, trial.call().options, { mark: 2 }));
    const events = await trial.settled('the end of a call beside one that is read slowly', other.all());
    mustEqual(manner.content(events), manner.expected(2), 'its answer');
    slow.resume();
    await trial.holds('all but the end of the answer that was read slowly', () => manner.partsOf(slow.events) >= manyParts);
    end();
    const late = await trial.settled('the end of the call that was read slowly', slow.all());
    mustEqual(manner.content(late), manner.expected(1, manyParts), 'the answer that was read slowly');
  },
});

const abortedBeside = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.16`,
  title: 'A call that is aborted takes no other with it.',
  why: 'One caller interrupts, and another hears the reply break off.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const gathering = new Gathering(2);
    const { instance, calls } = await vendorAtWork(trial, whenBoth(manner, gathering));
    const [aborted, kept] = [trial.call(), trial.call()];
    const first = trial.read(manner.start(instance, aborted.options, { mark: 1, staysOpen: true }));
    const second = trial.read(manner.start(instance, kept.options, { mark: 2 }));
    await bothAtVendor(trial, calls);
    aborted.abort();
    await trial.settlesWithin('the end of the aborted call', first.end, 1000);
    await gathering.all();
    const events = await trial.settled('the end of the call beside it', second.all());
    mustEqual(manner.content(events), manner.expected(2), 'the answer to the call beside it');
  },
});

/** Begins each call, and finishes those of mark 2 once it is told to. */
const whenBoth =
  <Kind extends CallKind>(manner: Manner<Kind>, gathering: Gathering): CallPlay<Kind> =>
  async (call) => {
    const mark = await manner.hear(call);
    if (mark !== 2) return manner.begin(call, mark);
    await gathering.all();
    await manner.begin(call, mark);
    await manner.finish(call, mark);
  };

async function bothAtVendor<Kind extends CallKind>(trial: Trial<Kind>, calls: readonly unknown[]): Promise<void> {
  await trial.holds('two calls at the vendor', () => calls.length === 2);
  await trial.quiet();
}

/** Level 3, where calls share a connection: number 17. */
export const reuse = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.17`,
  title: 'Where a vendor takes many calls on one connection, the next call needs no new one.',
  why: 'Each reply would begin with a handshake: a tenth of a second and more of silence.',
  since: '1.0',
  leftOut: ({ wire }) => (wire?.sharesConnection === true ? undefined : 'no shared connection'),
  async prove(trial) {
    const { instance, vendor } = await vendorAtWork(trial, answering(manner));
    for (const mark of [1, 2, 3]) {
      const reading = trial.read(manner.start(instance, trial.call().options, { mark }));
      mustEqual(manner.content(await trial.settled('the end of the call', reading.all())), manner.expected(mark), 'the answer');
    }
    mustEqual(vendor.record.connections, 1, 'connections made by three calls');
  },
});

/** Turns of the event loop from the first read on: a handshake over loopback takes some. */
const turnsOfHandshake = [1, 2, 4];
/** Turns of promises between the two, in either order. */
const turnsBetween = [0, 1, 2, 3];

async function promiseTurns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

/** Level 3, where calls share a connection: number 19. */
export const abortedWhileOpening = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.19`,
  title: 'A call that is aborted while it opens the connection that is shared fails no other call that comes at that moment.',
  why: 'Who interrupts is answered at once: the next reply begins while the one before is given up, and would fail with it.',
  since: '1.0',
  leftOut: ({ wire }) => (wire?.sharesConnection === true ? undefined : 'no shared connection'),
  async prove(trial) {
    const { vendor } = await vendorAtWork(trial, answering(manner));
    for (const turns of turnsOfHandshake) {
      for (const between of turnsBetween) {
        for (const isFirst of [true, false]) {
          const instance = await trial.create(vendor.settings);
          const aborted = trial.call();
          const start = () => trial.read(manner.start(instance, trial.call().options, { mark: 2 }));
          const first = trial.read(manner.start(instance, aborted.options, { mark: 1, staysOpen: true }));
          for (let turn = 0; turn < turns; turn += 1) await setImmediate();
          const early = isFirst ? start() : undefined;
          if (isFirst) await promiseTurns(between);
          aborted.abort();
          if (!isFirst) await promiseTurns(between);
          const reading = early ?? start();
          const events = await trial.settled('the end of a call that came as another was aborted', reading.all());
          mustEqual(manner.content(events), manner.expected(2), 'its answer');
          await trial.settlesWithin('the end of the aborted call', first.end, 1000);
        }
      }
    }
  },
});
