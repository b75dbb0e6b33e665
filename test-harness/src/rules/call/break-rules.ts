import type { APIError } from '@parley/core/provider';
import type { VendorConnection } from '../../loopback/vendor-connection.js';
import type { Trial } from '../../trial/trial.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, Violation } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { mustBeAPIError, type WantedError } from './must-be-api-error.js';
import { timeout } from './refusal-rules.js';
import { answering, beginning, noParts, noWire, silent, vendorAtWork } from './vendor-at-work.js';

/** Level 4, answers that break off: numbers 7 to 9 and 17. */
export const callBreakRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [
  stalls(manner),
  cut(manner),
  destroyed(manner),
  notTwice(manner),
];

/** What becomes of a call whose answer has begun, if it comes in parts, when the vendor then does this. */
async function broken<Kind extends CallKind>(
  trial: Trial<Kind>,
  manner: Manner<Kind>,
  { act, hasBegun = manner.hasParts(trial.subject) }: { readonly act: (connection: VendorConnection) => void; readonly hasBegun?: boolean },
): Promise<{ readonly error: unknown; readonly content: string }> {
  const { instance } = await vendorAtWork(trial, async (call) => {
    const mark = await manner.hear(call);
    if (hasBegun) await manner.begin(call, mark);
    await trial.quiet();
    act(call.connection);
  });
  const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1, staysOpen: true }));
  const end = await trial.settled('the end of the call', reading.end);
  if (end.type === 'ended') throw new Violation('the answer broke off, and the stream ended as if it were complete');
  return { error: end.error, content: manner.content(reading.events) };
}

const brokenOff: WantedError = { kinds: ['connection', 'protocol', 'expired', 'status'], retryable: true };

const stalls = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.7`,
  title:
    'Where an answer stalls half-way the call goes on waiting, or fails with kind "timeout", retryable; it never ends as if all had come.',
  why: 'Core ends what stalls after ten seconds and takes it up elsewhere; a quiet end would be taken for the whole reply.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const hasParts = manner.hasParts(trial.subject);
    const { instance, calls } = await vendorAtWork(trial, hasParts ? beginning(manner) : silent(manner));
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1, staysOpen: true }));
    await trial.holds('the call at the vendor', () => calls.length > 0 && (!hasParts || manner.content(reading.events) !== ''));
    await trial.pass(60_000);
    if (reading.hasEnded) mustBeAPIError(await trial.failure('a call whose answer stalls', reading.all()), 'a stall', timeout);
  },
});

/** As if all were said. */
function endCleanly(connection: VendorConnection): void {
  if (connection.type === 'http') connection.end();
  else connection.close(1000);
}

const cut = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.8`,
  title: "An answer that ends cleanly, but without the vendor's mark of the end, is an error, retryable.",
  why: 'Proxies and servers that restart end streams so; a reply cut in half would be spoken as if it were whole.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { error } = await broken(trial, manner, {
      act: endCleanly,
      hasBegun: manner.hasParts(trial.subject) && manner.hasMarker(trial.subject),
    });
    mustBeAPIError(error, 'an answer that ended without its mark', brokenOff);
  },
});

const destroyed = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.9`,
  title: 'A connection that breaks half-way is an error of kind "connection", retryable.',
  why: 'Networks break; core takes the call up again, or asks another provider, if it is told.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { error } = await broken(trial, manner, { act: (connection) => connection.destroy() });
    mustBeAPIError(error, 'a connection that broke', { kinds: ['connection', 'expired'], retryable: true });
  },
});

const notTwice = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.17`,
  title: 'A call that broke off is not taken up again by the plugin: what was delivered is delivered once.',
  why: 'Core knows what was spoken and what was not; a plugin that starts over makes the agent repeat itself.',
  since: '1.0',
  leftOut: noParts(manner),
  async prove(trial) {
    const { instance, vendor } = await vendorAtWork(trial, async (call, index) => {
      if (index > 0) return answering(manner)(call, index);
      await manner.begin(call, await manner.hear(call));
      await trial.quiet();
      call.connection.destroy();
    });
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    await trial.settled('the end of the call', reading.end);
    await trial.pass(60_000);
    mustEqual(vendor.record.requests.length, 1, 'requests made by a call that broke off');
    mustEqual(manner.content(reading.events), manner.begun(1), 'what was delivered');
  },
});

/** Codes after which the same call may succeed: the vendor went away, failed, or was restarted. Rules 8 and 9 have 1000 and 1006. */
const retryableCodes = [1001, 1011, 1012];
/** What these mean is the vendor's own to say. */
const otherCodes = [1008, 4000, 4408];

/** Level 4, where the vendor speaks by WebSocket: number 10. */
export const closeCodes = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.10`,
  title: 'A socket that the vendor closes before the call is done is an error, whatever the code; after 1001, 1011 and 1012 retryable.',
  why: 'Taken for a normal end, the call dies in silence: nobody listens to the caller any more, and nothing says so.',
  since: '1.0',
  leftOut: ({ wire }) => (wire?.transport === 'websocket' ? undefined : 'no WebSocket'),
  async prove(trial) {
    for (const code of [...retryableCodes, ...otherCodes]) {
      const { error } = await broken(trial, manner, { act: (connection) => closeWith(connection, code) });
      const failure: APIError = mustBeAPIError(error, `close code ${code}`);
      mustHold(!retryableCodes.includes(code) || failure.retryable, `close code ${code}: the error must be retryable (${failure.message})`);
    }
  },
});

function closeWith(connection: VendorConnection, code: number): void {
  if (connection.type === 'websocket') connection.close(code);
}
