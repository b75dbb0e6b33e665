import { AbortError } from '@parley/core/provider-kit';
import type { VendorConnection } from '../../loopback/vendor-connection.js';
import type { Trial } from '../../trial/trial.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown, Violation } from '../violation.js';
import type { CallEvent, CallKind, Manner } from './manner.js';
import { answering, beginning, noParts, noWire, silent, vendorAtWork, type VendorAtWork } from './vendor-at-work.js';

/** How long a stream may take to end after an abort, on its clock. */
const endMs = 50;
/** A shared socket that is being opened is no call's own; its deadline closes it. */
const connectMs = 15_000;

/** Level 3, aborts: numbers 1 to 7. */
export const callAbortRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  abortedBefore(manner),
  abortedWhileConnecting(manner),
  abortedWhileReading(manner),
  abortedWithNobodyReading(manner),
  nothingAfterAnAbort(manner),
  abortedAfterTheEnd(manner),
  readerLeaves(manner),
];

const abortedBefore = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.1`,
  title: 'A call whose signal fired before its first read ends at once, quietly, without asking anything of the vendor.',
  why: 'A reply that is interrupted before it is asked for would be paid, and its failure reported though nobody wants it.',
  since: '1.0',
  async prove(trial) {
    const atWork = trial.subject.wire === undefined ? undefined : await vendorAtWork(trial, answering(manner));
    const instance = atWork?.instance ?? (await trial.create());
    const call = trial.call();
    call.abort();
    const reading = trial.read(manner.start(instance, call.options, { mark: 1 }));
    await trial.settlesWithin('the end of the stream', reading.all(), endMs);
    mustEqual(manner.content(reading.events), '', 'what came');
    await trial.quiet();
    mustEqual(atWork?.vendor.record.requests.length ?? 0, 0, 'requests at the vendor');
  },
});

const abortedWhileConnecting = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.2`,
  title: 'A call that is aborted before the vendor has answered at all ends quietly within 50 ms, and its connection is given up.',
  why: 'A vendor that hangs would keep the session waiting, and collect connections that nobody wants.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const connections: VendorConnection[] = [];
    const { instance } = await vendorAtWork(trial, silent(manner), { gate: (connection) => void connections.push(connection) });
    const call = trial.call();
    const reading = trial.read(manner.start(instance, call.options, { mark: 1 }));
    await trial.holds('a request at the vendor', () => connections.length > 0);
    call.abort();
    await trial.settlesWithin('the end of the stream', reading.all(), endMs);
    if (trial.subject.wire?.sharesConnection === true) await trial.pass(connectMs);
    await trial.holds('the connection given up', () => connections.every(({ closed }) => closed.aborted));
  },
});

/** A call in the midst of its answer, or, where that comes in one piece, of the wait for it. */
async function inTheMidst<Kind extends CallKind>(trial: Trial<Kind>, manner: Manner<Kind>) {
  const hasParts = manner.hasParts(trial.subject);
  const atWork = await vendorAtWork(trial, hasParts ? beginning(manner) : silent(manner));
  const call = trial.call();
  const reading = trial.read(manner.start(atWork.instance, call.options, { mark: 1, staysOpen: true }));
  if (hasParts) await trial.holds('the beginning of the answer', () => manner.content(reading.events) === manner.begun(1));
  else await trial.holds('the request at the vendor', () => atWork.calls.length > 0);
  await trial.quiet();
  return { ...atWork, call, reading };
}

/** What the vendor sees of a call that is wanted no more. */
async function mustBeGivenUp<Kind extends CallKind>(trial: Trial<Kind>, { calls }: Pick<VendorAtWork<Kind>, 'calls'>): Promise<void> {
  await trial.holds('the vendor sees the call cancelled, or its connection closed', () => calls[0]?.isOver === true);
}

const abortedWhileReading = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.3`,
  title: 'A call that is aborted half-way, with a read waiting, ends quietly within 50 ms, and the vendor sees it given up.',
  why: 'At every interruption the vendor would go on, be paid for it, and count the call against its limit of calls at a time.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { call, reading, calls } = await inTheMidst(trial, manner);
    call.abort();
    await trial.settlesWithin('the end of the stream', reading.all(), endMs);
    await mustBeGivenUp(trial, { calls });
  },
});

/** Reads as far as the first of the answer, and no further. @returns What reads on. */
async function readUntilBegun<Kind extends CallKind>(
  trial: Trial<Kind>,
  manner: Manner<Kind>,
  stream: AsyncIterable<CallEvent>,
): Promise<AsyncIterator<CallEvent>> {
  const reader = stream[Symbol.asyncIterator]();
  const events: CallEvent[] = [];
  while (manner.content(events) === '') {
    const next = await trial.settled('the beginning of the answer', reader.next());
    if (next.done === true) throw new Violation('the stream ended before its answer did');
    events.push(next.value);
  }
  return reader;
}

async function rest(reader: AsyncIterator<CallEvent>): Promise<CallEvent[]> {
  const events: CallEvent[] = [];
  for (let next = await reader.next(); next.done !== true; next = await reader.next()) events.push(next.value);
  return events;
}

const abortedWithNobodyReading = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.4`,
  title: 'A call that is aborted while nobody reads it is given up all the same.',
  why: 'Who was interrupted reads no more: what only a further read, or leaving the loop, cleans up stays open for ever.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    const { calls, instance } = await vendorAtWork(trial, beginning(manner));
    const call = trial.call();
    await readUntilBegun(trial, manner, manner.start(instance, call.options, { mark: 1, staysOpen: true }));
    await trial.quiet();
    call.abort();
    await mustBeGivenUp(trial, { calls });
  },
});

const nothingAfterAnAbort = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.5`,
  title: 'After an abort nothing comes but at most one usage, whatever had arrived by then.',
  why: 'Words and sounds of a reply that was interrupted would be heard after the interruption.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, async (call) => {
      const mark = await manner.hear(call);
      await manner.begin(call, mark);
      for (let part = 0; part < 20; part += 1) await manner.goOn(call, mark);
    });
    const call = trial.call();
    const reader = await readUntilBegun(trial, manner, manner.start(instance, call.options, { mark: 1, staysOpen: true }));
    await trial.quiet();
    call.abort();
    const types = (await trial.settlesWithin('the end of the stream', rest(reader), endMs)).map(({ type }) => type);
    mustHold(types.length <= 1 && types.every((type) => type === 'usage'), `after the abort there came ${shown(types)}`);
  },
});

const abortedAfterTheEnd = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.6`,
  title: 'A signal that fires after the call has ended changes nothing: not the next call, and not one that runs.',
  why: 'Core fires the signals of calls that are long over when a session ends, while other sessions use the instance.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner));
    const controller = new AbortController();
    const options = { ...trial.call().options, signal: controller.signal };
    await trial.settled('the end of the call', trial.read(manner.start(instance, options, { mark: 1 })).all());
    controller.abort(new AbortError());
    await trial.quiet();
    const next = trial.read(manner.start(instance, trial.call().options, { mark: 2 }));
    mustEqual(manner.content(await trial.settled('the end of the next call', next.all())), manner.expected(2), 'the next answer');
  },
});

const readerLeaves = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-3.7`,
  title: 'A reader that leaves its loop ends the call, and the vendor sees it given up.',
  why: 'Applications break out of loops; nobody fires a signal for them.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { reading, calls } = await inTheMidst(trial, manner);
    await trial.settled('leaving the stream', reading.leave());
    await mustBeGivenUp(trial, { calls });
  },
});
