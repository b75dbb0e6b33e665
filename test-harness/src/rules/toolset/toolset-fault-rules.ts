import { type APIError, isAPIError } from '@parley/core/provider';
import { mustBeAPIError, type WantedError } from '../call/must-be-api-error.js';
import { leastOf, longestStall } from '../event-loop-stall.js';
import type { Rule } from '../rule.js';
import { mustHold, shown } from '../violation.js';
import { answer, connectTools, noWire, outcomeOf, serveTools, silent, type ToolsetTrial } from './toolset-calls.js';

const longestStallMs = 40;

/** The failure of a handshake that is answered with this status. */
async function refused(trial: ToolsetTrial, status: number, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const own = trial.subject.wire?.errorBody(status) ?? { headers: {}, body: '' };
  const { toolset } = await serveTools(trial, answer, {
    gate(connection) {
      if (connection.type === 'websocket') connection.refuse(status, { ...own.headers, ...headers }, own.body);
      else {
        connection.respond(status, { ...own.headers, ...headers });
        void connection.write(own.body).then(() => connection.end());
      }
      return undefined;
    },
  });
  return trial.failure(`a connection that is answered with ${status}`, toolset.connect(trial.call().options));
}

interface ConnectFault {
  readonly number: number;
  readonly title: string;
  readonly wanted: WantedError;
}

const connecting = ({ number, title, wanted }: ConnectFault, fail: (trial: ToolsetTrial) => Promise<unknown>): Rule<'toolset'> => ({
  id: `TOOLSET-4.${number}`,
  title,
  why: 'The session tries again what may go better, and tells the operator what never will: by the kind of the error and by `retryable`.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    mustBeAPIError(await fail(trial), 'the failure of `connect`', wanted);
  },
});

/** The server’s faults, and what it costs. */
export const toolsetFaultRules: readonly Rule<'toolset'>[] = [
  connecting(
    {
      number: 1,
      title: 'Refused with 401, `connect` rejects with kind `authentication`, not retryable.',
      wanted: { kinds: ['authentication'], retryable: false },
    },
    (trial) => refused(trial, 401),
  ),
  connecting(
    {
      number: 2,
      title: 'Refused with 503, `connect` rejects with kind `status`, retryable.',
      wanted: { kinds: ['status'], retryable: true },
    },
    (trial) => refused(trial, 503),
  ),
  {
    ...connecting(
      { number: 3, title: 'Refused with 429, `connect` rejects with the wait that the server asks for.', wanted: {} },
      (trial) => refused(trial, 429),
    ),
    async prove(trial) {
      const error: APIError = mustBeAPIError(await refused(trial, 429, { 'retry-after': '7' }), 'the failure of `connect`', {
        kinds: ['status'],
        retryable: true,
      });
      mustHold(error.retryAfterMs === 7000, `the server asks for 7 s: retryAfterMs must be 7,000, and is ${shown(error.retryAfterMs)}`);
    },
  },
  connecting(
    {
      number: 4,
      title: 'Where nobody listens, `connect` rejects with kind `connection`, retryable.',
      wanted: { kinds: ['connection'], retryable: true },
    },
    async (trial) => {
      const toolset = await trial.create();
      return trial.failure('a connection to nobody', toolset.connect(trial.call().options));
    },
  ),
  connecting(
    {
      number: 5,
      title: 'Where the server takes the connection and never answers, `connect` rejects with kind `timeout` within 30 s.',
      wanted: { kinds: ['timeout'], retryable: true },
    },
    async (trial) => {
      const { vendor, toolset } = await serveTools(trial, answer, { gate: () => undefined });
      const outcome = outcomeOf(toolset.connect(trial.call().options));
      await trial.holds('a request at the server', () => vendor.record.requests.length > 0);
      const settled = await trial.settlesWithin('the end of `connect`', outcome, 30_000);
      return 'error' in settled ? settled.error : settled.value;
    },
  ),
  {
    id: 'TOOLSET-4.6',
    title: 'When the connection breaks `events` throws, retryable.',
    why: 'The session connects again: by an end it would believe that it closed the connection itself.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, calls } = await connectTools(trial);
      const reading = trial.read(connection.events);
      calls[0]?.connection.destroy();
      const end = await trial.settled('the end of `events`', reading.end);
      mustHold(end.type === 'failed', 'the connection broke, and `events` ended as if it had been closed');
      mustBeAPIError(end.error, 'the end of `events`', { retryable: true });
    },
  },
  {
    id: 'TOOLSET-4.7',
    title: 'When the connection breaks every open call and list rejects with a typed error.',
    why: 'Nobody answers them any more: the caller would wait for a tool that is gone.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, calls, request, heard } = await connectTools(trial, silent);
      const open = outcomeOf(connection.call(request()));
      await trial.holds('the call at the server', () => heard('call').length === 1);
      calls[0]?.connection.destroy();
      const outcome = await trial.settled('the end of an open call', open);
      mustHold('error' in outcome, `a call whose connection broke must fail, and came to ${shown(outcome)}`);
      mustBeAPIError(outcome.error, 'a call whose connection broke');
    },
  },
  {
    id: 'TOOLSET-4.8',
    title: 'A call to a server that has forgotten the connection rejects with `expired`, retryable.',
    why: 'Core makes that call once more on a new connection, and only that: by another kind a restart of the server fails the tool, or it is done twice.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call') await call.send({ type: 'expired', reference: heard.reference });
      });
      mustBeAPIError(await trial.failure('a call to a server that has forgotten', connection.call(request())), 'the call', {
        kinds: ['expired'],
        retryable: true,
      });
    },
  },
  {
    id: 'TOOLSET-4.9',
    title: 'Messages of an unknown type are ignored.',
    why: 'Servers learn new messages: a plugin of today must survive the server of tomorrow.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, calls, request } = await connectTools(trial);
      await calls[0]?.send({ type: 'unknown' });
      await calls[0]?.send({ type: 'large', sizeBytes: 1_000_000 });
      await trial.settled('a call after unknown messages', connection.call(request()));
    },
  },
  {
    id: 'TOOLSET-4.10',
    title: 'A message that is none is ignored, or ends the connection with a typed error.',
    why: 'A crash in the reader of a socket ends the process, and with it every call.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, calls, request, heard } = await connectTools(trial, silent);
      const reading = trial.read(connection.events);
      const open = outcomeOf(connection.call(request()));
      await trial.holds('the call at the server', () => heard('call').length === 1);
      await calls[0]?.send({ type: 'malformed' });
      await calls[0]?.send({ type: 'result', reference: heard('call')[0]?.reference ?? '', content: [], isError: false });
      const outcome = await trial.settled('the end of the call', open);
      mustHold(
        'value' in outcome || isAPIError(outcome.error),
        `a broken message must be ignored or fail typed, and the call came to ${shown(outcome)}`,
      );
      if ('error' in outcome) {
        const end = await trial.settled('the end of `events`', reading.end);
        mustHold(
          end.type === 'failed' && isAPIError(end.error),
          `a broken message that ends the connection must fail typed, and came to ${shown(end)}`,
        );
      }
    },
  },
  {
    id: 'TOOLSET-4.11',
    title: 'The key stands in no message of an error and in no line of the log.',
    why: 'Errors and logs are read by many, and kept.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const errors = [await refused(trial, 401), await refused(trial, 500)];
      const { connection, calls, vendor } = await connectTools(trial);
      const reading = trial.read(connection.events);
      calls[0]?.connection.destroy();
      const end = await trial.settled('the end of `events`', reading.end);
      if (end.type === 'failed') errors.push(end.error);
      const told = `${errors.map((error) => `${String(error)} ${shown(error)}`).join(' ')} ${JSON.stringify(trial.log)}`;
      mustHold(!told.includes(vendor.apiKey), 'the key stands in an error or in the log');
    },
  },
  {
    id: 'TOOLSET-5.1',
    title: 'A call that is answered at once takes less than 20 ms, in the median of twenty.',
    why: 'The caller hears silence meanwhile.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request } = await connectTools(trial);
      await trial.settled('a call', connection.call(request()));
      const took = await leastOf(3, async () => {
        const times: number[] = [];
        for (let round = 0; round < 20; round += 1) {
          const startedMs = performance.now();
          await trial.settled('a call', connection.call(request()));
          times.push(performance.now() - startedMs);
        }
        return times.toSorted((one, other) => one - other)[10] ?? Infinity;
      });
      trial.measured({ callP50Ms: took });
      mustHold(took < 20, `a call took ${took.toFixed(1)} ms: at most 20 may it`);
    },
  },
  {
    id: 'TOOLSET-5.2',
    title: 'A large result holds the event loop up for no more than 40 ms.',
    why: 'All calls of a process share one event loop.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const words = 'word '.repeat(20_000);
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call')
          await call.send({ type: 'result', reference: heard.reference, content: [{ type: 'text', text: words }], isError: false });
      });
      const stall = await leastOf(4, () => longestStall(() => trial.settled('a call', connection.call(request()))));
      trial.measured({ longestStallMs: stall });
      mustHold(stall <= longestStallMs, `the event loop was held up for ${stall.toFixed(1)} ms: at most ${longestStallMs} may be`);
    },
  },
];
