import type { APIError } from '@parley/core/provider';
import type { Trial } from '../../trial/trial.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { mustBeAPIError, type WantedError } from './must-be-api-error.js';
import { refuse, type Refusal } from './refusal.js';
import { noWire, silent, vendorAtWork } from './vendor-at-work.js';

/** Level 4, vendors that do not answer a call as they should: numbers 1 to 6, 16 and 23. */
export const callRefusalRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  nobodyListens(manner),
  wrongKey(manner),
  tooMany(manner),
  vendorFails(manner),
  wrongRequest(manner),
  neverAnswered(manner),
  oneAttempt(manner),
  errorSaysWhose(manner),
];

const nobodyListens = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.1`,
  title: 'A vendor that cannot be reached is an error of kind "connection", retryable.',
  why: 'Core tries again, or another provider, by kind and retryable; by the message nobody can.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const settings = trial.subject.wire?.settings({ httpUrl: 'http://127.0.0.1:9', wsUrl: 'ws://127.0.0.1:9' }, 'key-of-nobody-5f3a');
    const instance = await trial.create(settings);
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    const error = await trial.failure('a call to where nobody listens', reading.all());
    mustBeAPIError(error, 'a call to where nobody listens', { kinds: ['connection'], retryable: true });
  },
});

/** The error of a call that is refused so. */
async function refused<Kind extends CallKind>(trial: Trial<Kind>, manner: Manner<Kind>, refusal: Refusal): Promise<unknown> {
  const { instance } = await vendorAtWork(trial, silent(manner), {
    gate: (connection) => void refuse(connection, trial.subject, refusal),
  });
  const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
  return trial.failure(`a call refused with status ${refusal.status}`, reading.all());
}

async function mustFail<Kind extends CallKind>(trial: Trial<Kind>, manner: Manner<Kind>, wanted: Refusal & WantedError): Promise<APIError> {
  const error = mustBeAPIError(await refused(trial, manner, wanted), `status ${wanted.status}`, wanted);
  mustEqual(error.status, wanted.status, `the error's status after status ${wanted.status}`);
  return error;
}

const wrongKey = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.2`,
  title: 'Status 401 and 403 are errors of kind "authentication", not retryable, with their status.',
  why: 'A wrong key is wrong again at the next attempt; whoever runs the worker has to be told, not the vendor asked ten times more.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    for (const status of [401, 403]) await mustFail(trial, manner, { status, kinds: ['authentication'], retryable: false });
  },
});

const tooMany = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.3`,
  title: 'Status 429 is an error of kind "status", retryable, with the wait that the vendor asks for in retryAfterMs.',
  why: 'Who comes back sooner than asked is refused again, and for longer.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const headers = { 'retry-after': '7' };
    const error = await mustFail(trial, manner, { status: 429, headers, kinds: ['status'], retryable: true });
    mustEqual(error.retryAfterMs, 7000, 'retryAfterMs after "retry-after: 7"');
  },
});

const vendorFails = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.4`,
  title: 'Status 500, 503 and 529 are errors of kind "status", retryable, with their status.',
  why: 'A vendor that is overloaded for a moment would end calls that a second attempt saves.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    for (const status of [500, 503, 529]) await mustFail(trial, manner, { status, kinds: ['status'], retryable: true });
  },
});

const wrongRequest = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.5`,
  title: 'Status 400, 404 and 422 (an unknown model or voice, for one) are errors that are not retryable, with their status.',
  why: 'What the vendor does not understand it will not understand at the next attempt; the caller waits in vain.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    for (const status of [400, 404, 422]) await mustFail(trial, manner, { status, kinds: ['status', 'invalid-request'], retryable: false });
  },
});

/** Sockets are opened within less, on the call's clock. */
const connectMs = 15_000;
/** Longer than core waits for any output. */
const longMs = 60_000;

const neverAnswered = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.6`,
  title:
    'Where a vendor takes a connection and never answers, a WebSocket gives up within 15 s with kind "timeout", retryable; a request waits for core to end it, or does the same.',
  why: 'How long an answer may take is for core to say, by the deadline of the reply; but a handshake may be shared by calls, and none of them owns it.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance, vendor } = await vendorAtWork(trial, silent(manner), { gate: () => undefined });
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    await trial.holds('a request at the vendor', () => vendor.record.requests.length > 0);
    if (trial.subject.wire?.transport === 'websocket') await trial.settlesWithin('the end of the call', reading.end, connectMs);
    else await trial.pass(longMs);
    if (reading.hasEnded) mustBeAPIError(await trial.failure('a call without an answer', reading.all()), 'no answer', timeout);
  },
});

export const timeout: WantedError = { kinds: ['timeout'], retryable: true };

const oneAttempt = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.16`,
  title: 'A call that is refused is not tried again by the plugin.',
  why: 'Attempts are counted and spaced by core; where SDKs retry too they multiply, and a caller waits three times as long.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    for (const status of [429, 503]) {
      const { instance, vendor } = await vendorAtWork(trial, silent(manner), {
        gate: (connection) => void refuse(connection, trial.subject, { status, headers: { 'retry-after': '0' } }),
      });
      const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
      await trial.settled('the end of a call that is refused', reading.end);
      await trial.pass(longMs);
      mustEqual(vendor.record.requests.length, 1, `requests of a call that was refused with status ${status}`);
    }
  },
});

const errorSaysWhose = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.23`,
  title: 'An error names its provider, as the instance does, and has the id that the vendor gave the request.',
  why: 'With three vendors in a call, an error that says nothing of whose it is helps nobody.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const error = mustBeAPIError(await refused(trial, manner, { status: 503 }), 'status 503');
    mustEqual(error.provider, trial.subject.declared.provider, "the error's provider");
    mustHold(error.message.includes(error.provider), `the error's message must name its provider, and is "${error.message}"`);
    const { wire } = trial.subject;
    if (wire?.requestId !== undefined) mustEqual(error.requestId, wire.requestId, "the error's id of the request");
  },
});
