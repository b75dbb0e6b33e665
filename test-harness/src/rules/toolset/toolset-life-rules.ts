import { isAPIError } from '@parley/core/provider';
import { AbortError, isAbortError } from '@parley/core/provider-kit';
import { leftOnSignal } from '../left-on-signal.js';
import { bytesPerRound } from '../memory-growth.js';
import { passingCall } from '../passing-call.js';
import { proveClosesTwice, provePrewarm } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { answer, callRequest, connectTools, noWire, outcomeOf, serveTools, silent, text } from './toolset-calls.js';

const graceMs = 50;

/** Abort, close, many connections. */
export const toolsetLifeRules: readonly Rule<'toolset'>[] = [
  {
    id: 'TOOLSET-3.1',
    title: 'Aborted before it connects, `connect` rejects with the reason of its signal, and asks nothing of the server.',
    why: 'A session that is closed while it starts else leaves a connection that nobody owns.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, toolset } = await serveTools(trial);
      const call = trial.call();
      call.abort();
      const error = await trial.failure('a connection whose signal has fired', toolset.connect(call.options));
      mustHold(
        error === call.options.signal.reason,
        `connect must reject with the reason of its signal, and rejected with ${shown(error)}`,
      );
      await trial.quiet();
      mustEqual(vendor.record.requests.length, 0, 'requests at the server');
    },
  },
  {
    id: 'TOOLSET-3.2',
    title: 'Aborted while it connects, `connect` rejects with the reason of its signal within 50 ms, and gives the connection up.',
    why: 'A server that hangs else holds up the end of the call.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, toolset } = await serveTools(trial, answer, { gate: () => undefined });
      const call = trial.call();
      const connecting = outcomeOf(toolset.connect(call.options));
      await trial.holds('a request at the server', () => vendor.record.requests.length > 0);
      call.abort();
      const outcome = await trial.settlesWithin('the end of `connect`', connecting, graceMs);
      const error = 'error' in outcome ? outcome.error : outcome.value;
      mustHold(error === call.options.signal.reason, `connect must reject with the reason of its signal, and came to ${shown(error)}`);
      await trial.holds('the connection given up', () => vendor.record.open === 0);
    },
  },
  {
    id: 'TOOLSET-3.3',
    title:
      'The signal also ends a connection that stands, even if nobody reads its events: they end quietly, and the server sees it closed.',
    why: 'A session that is aborted closes nothing by hand.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, connection, call } = await connectTools(trial);
      const reading = trial.read(connection.events);
      call.abort();
      await trial.settlesWithin('the end of `events`', reading.all(), graceMs);
      await trial.holds('the connection closed at the server', () => vendor.record.open === 0);
    },
  },
  {
    id: 'TOOLSET-3.4',
    title:
      'A call that is aborted rejects with the reason of its signal within 50 ms; the connection goes on, and a late result reaches nobody.',
    why: 'An interrupted tool must let go at once; the other tools of the server are needed in the next breath.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request, calls, heard } = await connectTools(trial, silent);
      const taken = new AbortController();
      const asked = outcomeOf(connection.call(request({ signal: taken.signal })));
      await trial.holds('the call at the server', () => heard('call').length === 1);
      taken.abort(new AbortError());
      const outcome = await trial.settlesWithin('the end of an aborted call', asked, graceMs);
      const error = 'error' in outcome ? outcome.error : outcome.value;
      mustHold(error === taken.signal.reason, `an aborted call must reject with the reason of its signal, and came to ${shown(error)}`);
      const next = connection.call(request());
      await trial.holds('the next call at the server', () => heard('call').length === 2);
      for (const [index, { reference }] of heard('call').entries())
        await calls[0]?.send({ type: 'result', reference, content: [text(`${index}`)], isError: false });
      mustEqual((await trial.settled('the next call', next)).content, [text('1')], 'the result of the next call');
    },
  },
  {
    id: 'TOOLSET-3.5',
    title:
      'Closing a connection ends its events quietly, settles what is open with an `AbortError` or a typed error, and may be done twice.',
    why: 'Whoever waits for an answer that nobody gives any more waits for ever.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request, heard } = await connectTools(trial, () => {});
      const reading = trial.read(connection.events);
      const open = [outcomeOf(connection.call(request())), outcomeOf(connection.tools())];
      await trial.holds('both at the server', () => heard('call').length === 1 && heard('list').length === 1);
      await trial.settled('the close of the connection', Promise.resolve(connection[Symbol.asyncDispose]()));
      for (const outcome of await trial.settlesWithin('the end of what was open', Promise.all(open), graceMs)) {
        const isFair = 'error' in outcome && (isAbortError(outcome.error) || isAPIError(outcome.error));
        mustHold(isFair, `what was open must reject with an AbortError or typed, and came to ${shown(outcome)}`);
      }
      await trial.settled('the end of `events`', reading.all());
      await trial.settled('the second close', Promise.resolve(connection[Symbol.asyncDispose]()));
    },
  },
  {
    id: 'TOOLSET-3.6',
    title:
      'Of a call that is over no listener is left on its signal, of a connection that is closed none on its own, and no timer on the clock.',
    why: 'A tool’s signal lives as long as the reply, a session’s as long as the call.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request, call } = await connectTools(trial);
      const made = request();
      await trial.settled('a call', connection.call(made));
      mustEqual(leftOnSignal(made.signal), 0, 'listeners left on the signal of a call');
      await trial.settled('the close of the connection', Promise.resolve(connection[Symbol.asyncDispose]()));
      await trial.quiet();
      mustEqual(leftOnSignal(call.options.signal), 0, 'listeners left on the signal of a connection');
      mustEqual(trial.clock.pendingTimers, 0, 'timers left on the clock');
    },
  },
  {
    id: 'TOOLSET-3.7',
    title: '`close` of the toolset ends all its connections, and may be called twice.',
    why: 'A process that ends must not leave servers with open connections.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, toolset, connection } = await connectTools(trial);
      const other = trial.own(await trial.settled('a second connection', toolset.connect(trial.call().options)));
      const readings = [trial.read(connection.events), trial.read(other.events)];
      await proveClosesTwice(trial, toolset);
      for (const reading of readings) await trial.settlesWithin('the end of `events`', reading.end, graceMs);
      await trial.holds('all connections closed at the server', () => vendor.record.open === 0);
    },
  },
  {
    id: 'TOOLSET-3.8',
    title: '`prewarm` may be called often and at once; aborted, it rejects with the reason of its signal.',
    why: 'Each job warms what it uses, whether it is warm or not.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.prewarm === undefined ? 'prewarm: not there' : undefined),
    async prove(trial) {
      const { toolset } = await serveTools(trial);
      await provePrewarm(trial, toolset);
    },
  },
  {
    id: 'TOOLSET-3.9',
    title: 'Connections of one toolset do not mix: closing one leaves the calls of another alone.',
    why: 'One toolset serves all calls of a process: each caller’s answers are their own.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { toolset, connection, heard, calls, request } = await connectTools(trial, silent);
      const other = trial.own(await trial.settled('a second connection', toolset.connect(trial.call().options)));
      const asked = other.call(request({ argumentsJson: '{"day":"other"}' }));
      await trial.holds('the call at the server', () => heard('call').length === 1);
      await trial.settled('the close of the first connection', Promise.resolve(connection[Symbol.asyncDispose]()));
      const reference = heard('call')[0]?.reference ?? '';
      await calls[1]?.send({ type: 'result', reference, content: [text('mine')], isError: false });
      mustEqual((await trial.settled('the call on the other connection', asked)).content, [text('mine')], 'its result');
    },
  },
  {
    id: 'TOOLSET-3.10',
    title: 'Events that nobody reads hold up no call.',
    why: 'A server that changes its list a hundred times must not stop its own tools.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, calls, request } = await connectTools(trial);
      for (let index = 0; index < 200; index += 1) await calls[0]?.send({ type: 'tools-change' });
      await trial.settled('a call, with 200 events unread', connection.call(request()));
    },
  },
  {
    id: 'TOOLSET-3.11',
    title: 'Two hundred connections, opened, used and closed, leave nothing behind.',
    why: 'Each call of a worker makes one.',
    since: '1.0',
    deadlineMs: 40_000,
    leftOut: noWire,
    async prove(trial) {
      const { vendor, toolset } = await serveTools(trial);
      const { options } = trial.call();
      const once = async () => {
        const connection = await toolset.connect(passingCall(options).options);
        await connection.call(callRequest());
        await connection[Symbol.asyncDispose]();
      };
      const left = await trial.settled('two hundred connections', bytesPerRound(trial.times(400), once), 35_000);
      // What the loopback server notes of each is counted, too.
      mustHold(left < 20_000, `each connection leaves ${Math.round(left)} bytes behind: at most 20,000 may be`);
      await trial.holds('all connections closed at the server', () => vendor.record.open === 0);
      await trial.settled('close', Promise.resolve(toolset.close?.()));
      await vendor[Symbol.asyncDispose]();
      await trial.nothingLeftOpen();
    },
  },
];
