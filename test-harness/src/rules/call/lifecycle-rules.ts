import { getEventListeners } from 'node:events';
import { linkSignals } from '@parley/core/provider-kit';
import type { Subject } from '../../subject/subject.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { answering, beginning, noWire, silent, vendorAtWork } from './vendor-at-work.js';

/** What closes does so within this, on the clock. */
const closeMs = 10_000;
const prewarmMs = 15_000;

/** Level 3, what is opened and closed: numbers 8 to 13. */
export const callLifecycleRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  closedWithCallsOpen(manner),
  closedTwice(manner),
  prewarmed(manner),
  prewarmedInVain(manner),
  nothingIsLeft(manner),
  listeners(manner),
];

const noClose = ({ declared }: Subject<CallKind>) => (declared.close === undefined ? 'no close' : undefined);
const noPrewarm = ({ declared }: Subject<CallKind>) => (declared.prewarm === undefined ? 'no prewarm' : undefined);

const closedWithCallsOpen = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.8`,
  title: 'close() ends the calls that are open, and hangs up.',
  why: 'A session that ends while a call runs would never be let go, nor would the process.',
  since: '1.0',
  leftOut: (subject) => noWire(subject) ?? noClose(subject),
  async prove(trial) {
    const { instance, calls } = await vendorAtWork(trial, manner.hasParts(trial.subject) ? beginning(manner) : silent(manner));
    const readings = [1, 2].map((mark) => trial.read(manner.start(instance, trial.call().options, { mark, staysOpen: true })));
    await trial.holds('two calls at the vendor', () => calls.length === 2);
    await trial.quiet();
    await trial.settlesWithin('close()', Promise.resolve(instance.close?.()), closeMs);
    for (const reading of readings) await trial.settlesWithin('the end of a call that was open', reading.end, closeMs);
    await trial.holds('the vendor sees all calls given up', () => calls.every(({ call }) => call.connection.closed.aborted));
  },
});

const closedTwice = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.9`,
  title: 'close() may be called again, at the same time or later, and before any call.',
  why: 'A session and its application both close what they share; the second one must not fail.',
  since: '1.0',
  leftOut: noClose,
  async prove(trial) {
    const instance = await trial.create();
    const both = Promise.all([1, 2].map(async () => instance.close?.()));
    await trial.settlesWithin('close(), twice at once', both, closeMs);
    await trial.settlesWithin('close(), once more', Promise.resolve(instance.close?.()), closeMs);
  },
});

const prewarmed = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.10`,
  title: 'prewarm() may be called often, and the calls after it go as any.',
  why: 'Each session prewarms what it is given, and many are given the same instance.',
  since: '1.0',
  leftOut: (subject) => noWire(subject) ?? noPrewarm(subject),
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner));
    const { signal, clock } = trial.call().options;
    const all = Promise.all([1, 2, 3].map(async () => instance.prewarm?.({ signal, clock })));
    await trial.settled('prewarm(), three times', all);
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    mustEqual(manner.content(await trial.settled('the end of the call', reading.all())), manner.expected(1), 'the answer');
  },
});

const prewarmedInVain = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.11`,
  title: 'A prewarm() that is aborted, or whose vendor is away, settles, and harms no later call.',
  why: 'A vendor that is away for a moment when the worker starts would make its calls fail for hours.',
  since: '1.0',
  leftOut: (subject) => noWire(subject) ?? noPrewarm(subject),
  async prove(trial) {
    let isAway = true;
    const { instance } = await vendorAtWork(trial, answering(manner), {
      gate: (connection) => {
        if (!isAway) return connection;
        connection.destroy();
        return undefined;
      },
    });
    const { clock } = trial.call().options;
    const settles = (signal: AbortSignal) =>
      (instance.prewarm?.({ signal, clock }) ?? Promise.resolve()).then(
        () => {},
        () => {},
      );
    using aborted = linkSignals();
    aborted.abort();
    await trial.settled('an aborted prewarm()', settles(aborted.signal));
    await trial.settlesWithin('prewarm() with the vendor away', settles(trial.call().options.signal), prewarmMs);
    isAway = false;
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    mustEqual(manner.content(await trial.settled('the end of the call', reading.all())), manner.expected(1), 'the answer');
  },
});

const nothingIsLeft = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.12`,
  title: 'Of calls that ended, were aborted or broke, and of an instance that was closed, nothing is left: no timer, no socket.',
  why: 'A worker that runs for months dies of what each call leaves behind.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    let isAnswering = true;
    const { instance, vendor, calls } = await vendorAtWork(trial, async (call) => {
      if (isAnswering) return answering(manner)(call, 0);
      await (manner.hasParts(trial.subject) ? beginning(manner) : silent(manner))(call, 0);
    });
    await trial.settled('the end of a call', trial.read(manner.start(instance, trial.call().options, { mark: 1 })).all());
    isAnswering = false;
    const call = trial.call();
    const aborted = trial.read(manner.start(instance, call.options, { mark: 2 }));
    await trial.holds('a call at the vendor', () => calls.length === 2);
    await trial.quiet();
    call.abort();
    await trial.settlesWithin('the end of an aborted call', aborted.end, 1000);
    const broken = trial.read(manner.start(instance, trial.call().options, { mark: 3 }));
    await trial.holds('another call at the vendor', () => calls.length === 3);
    calls[2]?.call.connection.destroy();
    await trial.settled('the end of a call that broke', broken.end);
    await trial.settlesWithin('close()', Promise.resolve(instance.close?.()), closeMs);
    await vendor[Symbol.asyncDispose]();
    await trial.nothingLeftOpen();
  },
});

const listeners = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.13`,
  title: 'On the signal it is given a call has a few listeners, and none once it is over.',
  why: 'Node warns of the eleventh listener, and a signal that lives as long as its session keeps all that they hold.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner));
    const { options } = trial.call();
    const count = () => getEventListeners(options.signal, 'abort').length;
    let most = 0;
    for (let round = 0; round < 4; round += 1) {
      const reading = trial.read(manner.start(instance, options, { mark: 1 }));
      most = Math.max(most, count());
      await trial.settled('the end of the call', reading.all());
    }
    mustHold(most <= 10, `a call had ${most} listeners on its signal`);
    await trial.quiet();
    mustEqual(count(), 0, 'listeners left on the signal');
  },
});
