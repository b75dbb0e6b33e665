import { isAPIError } from '@parley/core/provider';
import { mustBeAPIError, type WantedError } from '../call/must-be-api-error.js';
import { leastOf, longestStall } from '../event-loop-stall.js';
import type { Rule } from '../rule.js';
import { mustHold, shown } from '../violation.js';
import { connectModel, eventsOf, noWire, outcomeOf, request, type RealtimeTrial, response, serveModel, unless } from './realtime-calls.js';

const longestStallMs = 40;

/** The failure of a handshake that is answered with this status. */
async function refused(trial: RealtimeTrial, status: number, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const own = trial.subject.wire?.errorBody(status) ?? { headers: {}, body: '' };
  const { model } = await serveModel(trial, undefined, {
    gate(connection) {
      if (connection.type === 'websocket') connection.refuse(status, { ...own.headers, ...headers }, own.body);
      return undefined;
    },
  });
  return trial.failure(`a connection that is answered with ${status}`, model.connect(request(model, trial.call().options)));
}

interface ConnectFault {
  readonly number: number;
  readonly title: string;
  readonly wanted: WantedError;
  readonly fail: (trial: RealtimeTrial) => Promise<unknown>;
}

const connectFault = ({ number, title, wanted, fail }: ConnectFault): Rule<'realtime-model'> => ({
  id: `REALTIME-4.${number}`,
  title,
  why: 'The session tries again what may go better, and tells the caller of what never will: by the kind of the error and by `retryable`.',
  since: '1.0',
  leftOut: noWire,
  prove: async (trial) => void mustBeAPIError(await fail(trial), 'the failure of `connect`', wanted),
});

/** The vendor’s faults, and what it costs. */
export const realtimeFaultRules: readonly Rule<'realtime-model'>[] = [
  connectFault({
    number: 1,
    title: 'Refused with 401, `connect` rejects with kind `authentication`, not retryable.',
    wanted: { kinds: ['authentication'], retryable: false },
    fail: (trial) => refused(trial, 401),
  }),
  connectFault({
    number: 2,
    title: 'Refused with 503, `connect` rejects with kind `status`, retryable.',
    wanted: { kinds: ['status'], retryable: true },
    fail: (trial) => refused(trial, 503),
  }),
  {
    ...connectFault({
      number: 3,
      title: 'Refused with 429, `connect` rejects with the wait that the vendor asks for.',
      wanted: {},
      fail: (trial) => refused(trial, 429),
    }),
    async prove(trial) {
      const error = mustBeAPIError(await refused(trial, 429, { 'retry-after': '7' }), 'the failure of `connect`', {
        kinds: ['status'],
        retryable: true,
      });
      mustHold(error.retryAfterMs === 7000, `the vendor asks for 7 s: retryAfterMs must be 7,000, and is ${shown(error.retryAfterMs)}`);
    },
  },
  connectFault({
    number: 4,
    title: 'Where nobody listens, `connect` rejects with kind `connection`, retryable.',
    wanted: { kinds: ['connection'], retryable: true },
    async fail(trial) {
      const model = await trial.create();
      return trial.failure('a connection to nobody', model.connect(request(model, trial.call().options)));
    },
  }),
  connectFault({
    number: 5,
    title: 'Where the vendor takes the connection and says nothing, `connect` rejects with kind `timeout` within 30 s.',
    wanted: { kinds: ['timeout'], retryable: true },
    async fail(trial) {
      const { model, heard } = await serveModel(trial, () => true);
      const outcome = outcomeOf(model.connect(request(model, trial.call().options)));
      await trial.holds('the settings at the vendor', () => heard('settings').length > 0);
      const settled = await trial.settlesWithin('the end of `connect`', outcome, 30_000);
      return 'error' in settled ? settled.error : 'a connection';
    },
  }),
  {
    id: 'REALTIME-4.6',
    title: 'When the connection breaks `events` throws, retryable, in the middle of a response, too.',
    why: 'The session opens another with the present conversation: by an end it would believe that the call is over.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { reading, calls, say } = await connectModel(trial);
      await say({ type: 'response-start', responseId: 'r1' });
      await trial.settled('`response-start`', reading.first('response-start'));
      calls[0]?.connection.destroy();
      const end = await trial.settled('the end of `events`', reading.end);
      mustHold(end.type === 'failed', 'the connection broke, and `events` ended as if it had been closed');
      mustBeAPIError(end.error, 'the end of `events`', { retryable: true });
    },
  },
  {
    id: 'REALTIME-4.7',
    title: 'When the vendor closes the connection by itself, politely too, `events` throws a typed error.',
    why: 'Only core closes a connection on purpose: any other end is a call in the middle of a sentence.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      for (const code of [1000, 1011, 1012, 4000]) {
        const { reading, calls } = await connectModel(trial);
        const [{ connection } = { connection: undefined }] = calls;
        if (connection?.type === 'websocket') connection.close(code, 'good-bye');
        const end = await trial.settled('the end of `events`', reading.end);
        mustHold(end.type === 'failed', `the vendor closed with code ${code}, and \`events\` ended as if core had closed it`);
        mustBeAPIError(end.error, `a close with code ${code}`);
      }
    },
  },
  {
    id: 'REALTIME-4.8',
    title: 'When the connection breaks each open update rejects with a typed error.',
    why: 'Nobody acknowledges it any more.',
    since: '1.0',
    leftOut: (subject) =>
      noWire(subject) ??
      (subject.declared.capabilities.updates.includes('instructions') ? undefined : 'updates: instructions not declared'),
    async prove(trial) {
      const { connection, calls, heard } = await connectModel(trial, {}, ({ type }) => type === 'update');
      const open = outcomeOf(connection.updateInstructions('Be quick.'));
      await trial.holds('the update at the vendor', () => heard('update').length === 1);
      calls[0]?.connection.destroy();
      const outcome = await trial.settled('the end of an open update', open);
      mustBeAPIError('error' in outcome ? outcome.error : 'nothing', 'an update whose connection broke');
    },
  },
  {
    id: 'REALTIME-4.9',
    title: 'An update that the vendor never acknowledges rejects with `timeout` within 30 s.',
    why: 'A hand-off waits for it: without a deadline the caller hears silence.',
    since: '1.0',
    leftOut: (subject) =>
      noWire(subject) ??
      (subject.declared.capabilities.updates.includes('instructions') ? undefined : 'updates: instructions not declared'),
    async prove(trial) {
      const { connection, heard } = await connectModel(trial, {}, ({ type }) => type === 'update');
      const open = outcomeOf(connection.updateInstructions('Be quick.'));
      await trial.holds('the update at the vendor', () => heard('update').length === 1);
      const outcome = await trial.settlesWithin('the end of an update that is not acknowledged', open, 30_000);
      mustBeAPIError('error' in outcome ? outcome.error : 'nothing', 'an update that is not acknowledged', { kinds: ['timeout'] });
    },
  },
  {
    id: 'REALTIME-4.10',
    title: 'A response that failed says why, in the fields of an error.',
    why: 'The session falls back by the kind of the failure.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, reading } = await connectModel(trial);
      await say({ type: 'response-start', responseId: 'r1' }, { type: 'response-end', responseId: 'r1', status: 'failed' });
      const { error } = await trial.settled('`response-end`', reading.first('response-end'));
      mustHold(
        typeof error?.kind === 'string' && typeof error.retryable === 'boolean' && error.message !== '',
        `a failed response must say why, and says ${shown(error)}`,
      );
    },
  },
  {
    id: 'REALTIME-4.11',
    title: 'Messages of an unknown type are ignored.',
    why: 'Vendors learn new messages: a plugin of today must survive the vendor of tomorrow.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { calls, say, reading } = await connectModel(trial);
      await calls[0]?.send({ type: 'unknown' });
      await calls[0]?.send({ type: 'large', sizeBytes: 1_000_000 });
      await say(...response('r1', []));
      await trial.settled('a response after unknown messages', reading.first('response-end'));
    },
  },
  {
    id: 'REALTIME-4.12',
    title: 'A message that is none is ignored, or ends the connection with a typed error.',
    why: 'A crash in the reader of a socket ends the process, and with it every call.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { calls, say, reading } = await connectModel(trial);
      await calls[0]?.send({ type: 'malformed' });
      await say(...response('r1', []));
      const outcome = await trial.settled('what comes after it', outcomeOf(reading.first('response-end')));
      mustHold(
        'value' in outcome || isAPIError(outcome.error),
        `a broken message must be ignored or fail typed, and came to ${shown(outcome)}`,
      );
    },
  },
  {
    id: 'REALTIME-4.13',
    title: 'The key stands in no message of an error and in no line of the log.',
    why: 'Errors and logs are read by many, and kept.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const errors = [await refused(trial, 401), await refused(trial, 500)];
      const { reading, calls, vendor } = await connectModel(trial);
      calls[0]?.connection.destroy();
      const end = await trial.settled('the end of `events`', reading.end);
      if (end.type === 'failed') errors.push(end.error);
      const told = `${errors.map((error) => `${String(error)} ${shown(error)}`).join(' ')} ${JSON.stringify(trial.log)}`;
      mustHold(!told.includes(vendor.apiKey), 'the key stands in an error or in the log');
    },
  },
  {
    id: 'REALTIME-5.1',
    title: 'What the vendor says is told within 20 ms, in the median of twenty.',
    why: 'This is what the plugin adds to each answer.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, reading } = await connectModel(trial);
      const took = await leastOf(3, async () => {
        const times: number[] = [];
        for (let round = 0; round < 20; round += 1) {
          const before = reading.events.length;
          const startedMs = performance.now();
          await say({ type: 'text', responseId: 'r1', itemId: 'i1', text: 'word' });
          while (reading.events.length === before && performance.now() - startedMs < 1000)
            await new Promise<void>((resolve) => void setImmediate(resolve));
          times.push(performance.now() - startedMs);
        }
        return times.toSorted((one, other) => one - other)[10] ?? Infinity;
      });
      mustHold(took < 20, `a word took ${took.toFixed(1)} ms: at most 20 may it`);
    },
  },
  {
    id: 'REALTIME-5.2',
    title: 'Ten seconds of audio at once hold the event loop up for no more than 40 ms.',
    why: 'All calls of a process share one event loop, and models speak faster than they are heard.',
    since: '1.0',
    leftOut: unless('audioOutput'),
    async prove(trial) {
      const connected = await connectModel(trial);
      const { model, say } = connected;
      const samples = new Int16Array(model.capabilities.outputSampleRate / 5).fill(9);
      let count = 0;
      const stall = await leastOf(4, () =>
        longestStall(async () => {
          count += 50;
          for (let index = 0; index < 50; index += 1) {
            await say({ type: 'audio', responseId: 'r1', itemId: 'i1', samples });
            await new Promise<void>((resolve) => void setImmediate(resolve));
          }
          await trial.holds('the audio', () => eventsOf(connected, 'audio').length >= count);
        }),
      );
      mustHold(stall <= longestStallMs, `the event loop was held up for ${stall.toFixed(1)} ms: at most ${longestStallMs} may be`);
    },
  },
];
