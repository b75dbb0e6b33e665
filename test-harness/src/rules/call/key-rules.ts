import { inspect } from 'node:util';
import type { Trial } from '../../trial/trial.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import type { CallKind, CallPlay, Manner } from './manner.js';
import { mustBeAPIError } from './must-be-api-error.js';
import { refuse } from './refusal.js';
import { answering, noWire, silent, vendorAtWork } from './vendor-at-work.js';

/** Level 4, keys: numbers 18 and 19. */
export const callKeyRules = <Kind extends CallKind>(manner: Manner<Kind>): readonly Rule<Kind>[] => [keySafe(manner), noKey(manner)];

/** A made-up key is 18 characters; a part of it would be as bad. */
const key = 'key-of-nobody-5f3a';
const tail = key.slice(6);

/** As a vendor that quotes what it was sent. */
const quoting = (body: string): string => body.replaceAll(/own words/g, `own words about ${key} and Bearer ${key}`);

const keySafe = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.18`,
  title: 'The key stands in no error, not in its cause either, and in no log, even where the vendor quotes it.',
  why: 'Logs are read by many, and errors are sent to other companies.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const errors = [
      await failure(trial, manner, async (call) => call.connection.destroy()),
      await failure(trial, manner, async (call) => {
        if (call.connection.type === 'websocket') call.connection.close(1008, `the key ${key} is not valid`);
        else call.connection.destroy();
      }),
    ];
    for (const status of [401, 429]) {
      const { instance } = await vendorAtWork(trial, silent(manner), {
        gate: (connection) => void refuse(connection, trial.subject, { status, reword: quoting, headers: { 'x-echo': `Bearer ${key}` } }),
      });
      errors.push(
        await trial.failure('a call that is refused', trial.read(manner.start(instance, trial.call().options, { mark: 1 })).all()),
      );
    }
    for (const error of errors) {
      const all = inspect(error, { depth: 8, maxStringLength: null, maxArrayLength: null });
      mustHold(!all.includes(tail), `the key stands in an error, or in its cause: ${all.replaceAll(tail, '[the key]').slice(0, 500)}`);
    }
    mustHold(!inspect(trial.log, { depth: 8, maxStringLength: null, maxArrayLength: null }).includes(tail), 'the key stands in the log');
  },
});

async function failure<Kind extends CallKind>(trial: Trial<Kind>, manner: Manner<Kind>, act: CallPlay<Kind>): Promise<unknown> {
  const { instance } = await vendorAtWork(trial, async (call, index) => {
    await manner.hear(call);
    await act(call, index);
  });
  const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1, staysOpen: true }));
  return trial.failure('a call whose connection the vendor ends', reading.all());
}

const noKey = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.19`,
  title:
    'Without a key an instance can be made; its call fails with kind "authentication", not retryable, and nothing is sent. Unless no key is needed.',
  why: 'Building an agent must not fail for a key that it may never use, and a call without one must say what is missing.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { vendor } = await vendorAtWork(trial, answering(manner));
    const instance = await trial.create({ ...vendor.settings, apiKey: '' });
    const reading = trial.read(manner.start(instance, trial.call().options, { mark: 1 }));
    const end = await trial.settled('the end of a call without a key', reading.end);
    if (end.type === 'ended') return mustEqual(manner.content(reading.events), manner.expected(1), 'the answer to a call without a key');
    mustBeAPIError(end.error, 'a call without a key', { kinds: ['authentication'], retryable: false });
    mustEqual(vendor.record.requests.length, 0, 'requests without a key');
  },
});
