import type { Usage } from '@parley/core/provider';
import { capabilityFault, unfrozen } from './capability-fault.js';
import type { CallEvent, CallKind, Manner } from './manner.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import type { Rule } from '../rule.js';
import { answering, beginning, noWire, silent, vendorAtWork } from './vendor-at-work.js';

/** Level 2, what LLM, STT and TTS have in common: numbers 1 to 9. */
export const callContractRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  identity(manner),
  capabilities(manner),
  nothingBeforeTheFirstRead(manner),
  shapes(manner),
  metadata(manner),
  usage(manner),
  usageOnAbort(manner),
  othersData(manner),
];

const identity = <Kind extends CallKind>({ prefix }: Manner<Kind>): Rule<Kind> => ({
  id: `${prefix}-2.1`,
  title: 'An instance says what it is: specification version 1, its kind, its provider and its model.',
  why: 'Instances are told apart by what they say, and logs, errors and bills name them so.',
  since: '1.0',
  async prove({ subject: { kind, declared } }) {
    mustEqual(declared.specificationVersion, 1, 'specificationVersion');
    mustEqual(declared.kind, kind, 'kind');
    for (const name of ['provider', 'model'] as const)
      mustHold(typeof declared[name] === 'string' && declared[name] !== '', `${name}: must be a name, and is ${shown(declared[name])}`);
  },
});

const capabilities = <Kind extends CallKind>({ prefix }: Manner<Kind>): Rule<Kind> => ({
  id: `${prefix}-2.2`,
  title: 'Its capabilities are complete, and frozen.',
  why: 'Core decides by them how a call is made; what changes while calls run, or is missing, makes it decide wrongly.',
  since: '1.0',
  async prove({ subject: { kind, declared } }) {
    mustEqual(capabilityFault(kind, declared.capabilities), undefined, 'what is wrong with the capabilities');
    mustEqual(unfrozen(declared.capabilities), undefined, 'what is not frozen of the capabilities');
  },
});

const nothingBeforeTheFirstRead = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-2.3`,
  title: 'A call begins with the first read: until then nothing is asked of the vendor.',
  why: 'Calls that are made and never read (a reply that was overtaken) would cost money and hold connections.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { vendor, instance } = await vendorAtWork(trial, answering(manner));
    const stream = manner.start(instance, trial.call().options, { mark: 1 });
    await trial.quiet();
    mustEqual(vendor.record.requests.length, 0, 'requests before the first read');
    await trial.settled('the end of the call', trial.read(stream).all());
  },
});

const shapes = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-2.4`,
  title: 'Every event is one of the contract, with fields of the right type and range.',
  why: 'Core and applications read events without asking each field what it is.',
  since: '1.0',
  async prove(trial) {
    const { wire } = trial.subject;
    const instance = wire === undefined ? await trial.create() : (await vendorAtWork(trial, answering(manner))).instance;
    const events = await trial.settled('the end of the call', trial.read(manner.start(instance, trial.call().options, { mark: 1 })).all());
    for (const event of events) {
      const fault = manner.fault(event);
      mustHold(fault === undefined, `the event ${shown(event)} ${fault ?? ''}`);
    }
  },
});

const metadata = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-2.5`,
  title: 'A call reports its response-metadata, with the id that the vendor gave the request.',
  why: 'Without the id nobody can ask the vendor what went wrong in a call.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner));
    const events = await trial.settled('the end of the call', trial.read(manner.start(instance, trial.call().options, { mark: 1 })).all());
    const found = events.flatMap((event) => (event.type === 'response-metadata' ? [event.requestId] : []));
    mustHold(found.length > 0, 'the call reported no response-metadata');
    const { wire } = trial.subject;
    if (wire?.requestId !== undefined) mustEqual(found.at(-1), wire.requestId, 'the id of the request');
  },
});

const usage = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-2.6`,
  title: 'A call reports its usage: what the vendor told or will count, each part once, since core adds it up.',
  why: 'Bills are checked by it; usage that is missing, told twice or cumulative makes them wrong.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner));
    const events = await trial.settled('the end of the call', trial.read(manner.start(instance, trial.call().options, { mark: 1 })).all());
    const total = totalUsage(events);
    mustHold(Object.keys(total).length > 0, 'the call reported no usage');
    mustEqual(manner.usageFault(total, 1), undefined, `what is wrong with the usage ${shown(total)}`);
  },
});

const usageOnAbort = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-2.7`,
  title: 'A call that is aborted half-way reports its usage too: empty where it is unknown.',
  why: 'Callers interrupt all the time, and what was used until then is billed; a call without usage would count as free.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const hasParts = manner.hasParts(trial.subject);
    const { instance, calls } = await vendorAtWork(trial, hasParts ? beginning(manner) : silent(manner));
    const call = trial.call();
    const reading = trial.read(manner.start(instance, call.options, { mark: 1, staysOpen: true }));
    if (hasParts) await trial.holds('the first of the answer', () => manner.content(reading.events).length > 0);
    else await trial.holds('the request at the vendor', () => calls.length > 0);
    await trial.quiet();
    call.abort();
    await trial.settlesWithin('the end of the stream', reading.end, 1000);
    const found = reading.events.filter(({ type }) => type === 'usage');
    mustHold(found.length > 0, 'the call reported no usage, neither before the abort nor after it');
    const fault = manner.usageFault(totalUsage(reading.events), undefined);
    mustEqual(fault, undefined, `what is wrong with the usage ${shown(totalUsage(reading.events))}`);
  },
});

const othersData = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-2.8`,
  title: "Options meant for another provider, and an application's tags, change nothing of what is asked.",
  why: 'One call is made to several providers in turn by a fallback; each reads its own entry.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { vendor, instance } = await vendorAtWork(trial, answering(manner));
    const read = async (input: object) => {
      const events = await trial.settled(
        'the end of the call',
        trial.read(manner.start(instance, trial.call().options, { mark: 1, ...input })).all(),
      );
      mustEqual(manner.content(events), manner.expected(1), 'the answer');
    };
    await read({});
    const strange = { model: 'nobody', text: 'nothing', language: 'xx', voice: 'nobody', temperature: 9, sampleRate: 1, messages: [] };
    await read({ providerOptions: { 'somebody-else': strange }, metadata: { tenant: 'one', model: 'nobody' } });
    // What follows the request (an end, a sign of life) may come when it likes.
    const [plain, withOthers] = vendor.heard.map((heard) => heard.slice(0, 2));
    mustEqual(withOthers, plain, 'what the vendor was asked with options for another provider');
  },
});

/** Core adds up what a call reports. */
function totalUsage(events: readonly CallEvent[]): Usage {
  const total: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== 'usage') continue;
    for (const [name, value] of Object.entries(event.usage)) if (typeof value === 'number') total[name] = (total[name] ?? 0) + value;
  }
  return total;
}
