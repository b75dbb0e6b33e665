import { setImmediate } from 'node:timers/promises';
import type { HttpExchange, VendorConnection } from '../../loopback/vendor-connection.js';
import { splitBytes } from '../../loopback/sse.js';
import type { StepOf } from '../../subject/provables.js';
import type { Trial } from '../../trial/trial.js';
import type { Oddity } from '../../wire/wire.js';
import type { Rule } from '../rule.js';
import { mustEqual, Violation } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { mustBeAPIError } from './must-be-api-error.js';
import { answering, noParts, noWire, vendorAtWork } from './vendor-at-work.js';

type Step<Kind extends CallKind> = StepOf<Kind> | Oddity;

/** Level 4, what the vendor says that is not as it should be: numbers 11 to 14 and 25. */
export const callMessageRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  unknownMessages(manner),
  malformedMessages(manner),
  largeMessages(manner),
  toldFailures(manner),
  oneFailure(manner),
];

/** What becomes of a call in the midst of whose answer the vendor says this. */
async function inTheMidst<Kind extends CallKind>(
  trial: Trial<Kind>,
  manner: Manner<Kind>,
  step: Step<Kind>,
): Promise<{ readonly content: string } | { readonly error: unknown }> {
  const { instance } = await vendorAtWork(trial, async (call) => {
    const mark = await manner.hear(call);
    if (manner.hasParts(trial.subject)) await manner.begin(call, mark);
    await call.send(step);
    if (manner.hasParts(trial.subject)) await manner.finish(call, mark);
  });
  const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
  const end = await trial.settled('the end of the call', reading.end, 15_000);
  return end.type === 'failed' ? { error: end.error } : { content: manner.content(reading.events) };
}

const unknownMessages = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.11`,
  title: 'Messages of a type that the plugin does not know are passed over.',
  why: 'Vendors add messages without asking; a plugin that stumbles over them fails for everybody on the same day.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    const came = await inTheMidst(trial, manner, { type: 'unknown' });
    mustEqual(came, { content: manner.expected(1) }, 'the answer with an unknown message in it');
  },
});

/** It may go well, or fail as the contract has it. */
function mustBeHarmless(came: { readonly content: string } | { readonly error: unknown }, expected: string, what: string): void {
  if ('error' in came) mustBeAPIError(came.error, what);
  else mustEqual(came.content, expected, `the answer with ${what} in it`);
}

const malformedMessages = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.12`,
  title: 'A message that cannot be read is passed over, or ends the call with an APIError.',
  why: 'An error of JSON.parse says nothing to core, which would give up where another attempt helps.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    mustBeHarmless(await inTheMidst(trial, manner, { type: 'malformed' }), manner.expected(1), 'a malformed message');
  },
});

const fiftyMegabytes = 50 * 1024 * 1024;

const largeMessages = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.13`,
  title: 'A message of 50 MB does no harm, or ends the call with an APIError.',
  why: 'A vendor gone mad must not take the process with it, and all the calls that are in it.',
  since: '1.0',
  leftOut: noParts(manner),
  deadlineMs: 30_000,
  async prove(trial) {
    const sizeBytes = trial.times(fiftyMegabytes);
    mustBeHarmless(await inTheMidst(trial, manner, { type: 'large', sizeBytes }), manner.expected(1), 'a message of 50 MB');
  },
});

const failures = [
  { reason: 'authentication', kinds: ['authentication'], retryable: false },
  { reason: 'rate-limit', retryable: true },
  { reason: 'invalid-request', retryable: false },
  { reason: 'server', retryable: true },
] as const;

const toldFailures = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.14`,
  title:
    'An error that the vendor tells of within its answer is an APIError: of a wrong key "authentication", of a wrong request not retryable, of too many requests or a failure of its own retryable.',
  why: 'Such errors have no status, so SDKs do not classify them; unseen, an overloaded vendor ends the call.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    for (const { reason, retryable, ...rest } of failures) {
      const { instance } = await vendorAtWork(trial, async (call) => {
        await manner.hear(call);
        await call.send({ type: 'failure', reason });
      });
      const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1, staysOpen: true }));
      const error = await trial.failure(`a call whose vendor tells of a failure (${reason})`, reading.all());
      mustBeAPIError(error, `the failure "${reason}"`, { retryable, ...rest });
    }
  },
});

const oneFailure = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.25`,
  title:
    'A failure that the vendor tells of in one call harms no other: that one is answered, or fails with an APIError of its own, retryable.',
  why: 'One caller asks for a voice that does not exist, and all others of the worker fall silent.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    let tellBoth: () => void = () => {};
    const bothHeard = new Promise<void>((resolve) => (tellBoth = resolve));
    const { instance } = await vendorAtWork(trial, async (call) => {
      const mark = await manner.hear(call);
      if (mark === 1) {
        await bothHeard;
        return call.send({ type: 'failure', reason: 'invalid-request' });
      }
      tellBoth();
      await trial.quiet();
      await manner.begin(call, mark);
      await manner.finish(call, mark);
    });
    const failing = trial.read(manner.start(instance, trial.call().options, { mark: 1, staysOpen: true }));
    const other = trial.read(manner.start(instance, trial.call().options, { mark: 2 }));
    await trial.failure('the call whose vendor tells of a failure', failing.all());
    const end = await trial.settled('the end of the other call', other.end);
    if (end.type === 'failed') mustBeAPIError(end.error, 'the other call', { retryable: true });
    else mustEqual(manner.content(other.events), manner.expected(2), 'the answer to the other call');
  },
});

const noHttp = <Kind extends CallKind>(): NonNullable<Rule<Kind>['leftOut']> => {
  return ({ wire }) => (wire?.transport === 'http' ? undefined : 'no HTTP');
};

/** Writes what the vendor says in pieces of 1 to 3 bytes: less than some characters have. */
const inPieces = (exchange: HttpExchange): HttpExchange => ({
  ...exchange,
  async write(chunk) {
    const bytes = typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
    for (const piece of splitBytes(bytes, { seed: 11, most: 3 })) {
      await exchange.write(piece);
      // Pieces that wait for their reader would be joined again.
      await setImmediate();
      await setImmediate();
    }
  },
});

/** Level 4, where the vendor speaks HTTP: number 15. */
export const oddPieces = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.15`,
  title: 'An answer that comes in odd pieces, cut in the midst of lines, characters and samples, is the same answer.',
  why: 'Networks cut where they like; letters that are not English, and sounds, would come out broken once in a while.',
  since: '1.0',
  leftOut: noHttp(),
  async prove(trial) {
    const { instance } = await vendorAtWork(
      trial,
      async (call) => {
        const mark = await manner.hear(call);
        await manner.begin(call, mark);
        if (manner.hasParts(trial.subject)) for (let part = 0; part < 3; part += 1) await manner.goOn(call, mark);
        await manner.finish(call, mark);
      },
      { gate: (connection) => (connection.type === 'http' ? inPieces(connection) : connection) },
    );
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    const events = await trial.settled('the end of the call', reading.all());
    mustEqual(manner.content(events), manner.expected(1, manner.hasParts(trial.subject) ? 3 : 0), 'the answer in odd pieces');
  },
});

const page = '<!doctype html><title>Sign in</title><p>This network asks you to sign in.</p>';

/** Level 4, where the vendor speaks HTTP: number 22. */
export const anotherAnswer = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.22`,
  title: 'A page of a proxy in place of an answer, with status 200, is an APIError.',
  why: 'Hotels and companies put such pages before everything; read aloud as audio they hurt.',
  since: '1.0',
  leftOut: noHttp(),
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner), { gate: (connection) => void showPage(connection) });
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    const end = await trial.settled('the end of the call', reading.end);
    if (end.type === 'ended') throw new Violation(`a page of HTML was taken for an answer: ${manner.content(reading.events)}`);
    mustBeAPIError(end.error, 'a page of HTML');
  },
});

async function showPage(connection: VendorConnection): Promise<void> {
  if (connection.type !== 'http') return;
  await connection.request.body();
  connection.respond(200, { 'content-type': 'text/html' });
  await connection.write(page);
  connection.end();
}
