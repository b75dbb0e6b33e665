import { isAPIError } from '@parley/core/provider';
import { isAbortError } from '@parley/core/provider-kit';
import { leftOnSignal } from '../left-on-signal.js';
import { bytesPerRound } from '../memory-growth.js';
import { passingCall } from '../passing-call.js';
import { proveClosesTwice, provePrewarm } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { connectModel, connectTo, eventsOf, noWire, outcomeOf, request, response, serveModel } from './realtime-calls.js';

const graceMs = 50;

/** Abort, close, many connections. */
export const realtimeLifeRules: readonly Rule<'realtime-model'>[] = [
  {
    id: 'REALTIME-3.1',
    title: 'Aborted before it connects, `connect` rejects with the reason of its signal, and asks nothing of the vendor.',
    why: 'A session that is closed while it starts else leaves a connection that nobody owns, and that is paid by the minute.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, model } = await serveModel(trial);
      const call = trial.call();
      call.abort();
      const error = await trial.failure('a connection whose signal has fired', model.connect(request(model, call.options)));
      mustHold(
        error === call.options.signal.reason,
        `connect must reject with the reason of its signal, and rejected with ${shown(error)}`,
      );
      await trial.quiet();
      mustEqual(vendor.record.requests.length, 0, 'requests at the vendor');
    },
  },
  {
    id: 'REALTIME-3.2',
    title: 'Aborted while it connects, `connect` rejects with the reason of its signal within 50 ms, and gives the connection up.',
    why: 'A vendor that hangs else holds up the end of the call.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, model, heard } = await serveModel(trial, () => true);
      const call = trial.call();
      const connecting = outcomeOf(model.connect(request(model, call.options)));
      await trial.holds('the settings at the vendor', () => heard('settings').length > 0);
      call.abort();
      const outcome = await trial.settlesWithin('the end of `connect`', connecting, graceMs);
      const error = 'error' in outcome ? outcome.error : 'a connection';
      mustHold(error === call.options.signal.reason, `connect must reject with the reason of its signal, and came to ${shown(error)}`);
      await trial.holds('the connection given up', () => vendor.record.open === 0);
    },
  },
  {
    id: 'REALTIME-3.3',
    title: 'The signal also ends a connection that stands: its events end quietly within 50 ms, and the vendor sees it closed.',
    why: 'A session that is aborted closes nothing by hand.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, reading, call } = await connectModel(trial);
      call.abort();
      await trial.settlesWithin('the end of `events`', reading.all(), graceMs);
      await trial.holds('the connection closed at the vendor', () => vendor.record.open === 0);
    },
  },
  {
    id: 'REALTIME-3.4',
    title: 'Closed while the model speaks, by the signal and with nobody reading, the vendor sees it closed all the same.',
    why: 'Whoever was hung up on reads no more.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { vendor, reading, call, say } = await connectModel(trial);
      await say({ type: 'response-start', responseId: 'r1' });
      await trial.settled('`response-start`', reading.first('response-start'));
      reading.pause();
      for (let index = 0; index < 50; index += 1) await say({ type: 'text', responseId: 'r1', itemId: 'i1', text: 'word ' });
      await trial.quiet();
      call.abort();
      await trial.holds('the connection closed at the vendor', () => vendor.record.open === 0);
    },
  },
  {
    id: 'REALTIME-3.5',
    title:
      'Closing a connection ends its events quietly, settles its open updates with an `AbortError` or a typed error, and may be done twice.',
    why: 'Whoever waits for a word of the vendor’s that does not come any more waits for ever.',
    since: '1.0',
    leftOut: (subject) =>
      noWire(subject) ??
      (subject.declared.capabilities.updates.includes('instructions') ? undefined : 'updates: instructions not declared'),
    async prove(trial) {
      const { connection, reading, heard, vendor } = await connectModel(trial, {}, ({ type }) => type === 'update');
      const open = outcomeOf(connection.updateInstructions('Be quick.'));
      await trial.holds('the update at the vendor', () => heard('update').length === 1);
      await trial.settled('the close of the connection', Promise.resolve(connection[Symbol.asyncDispose]()));
      const outcome = await trial.settlesWithin('the end of an open update', open, graceMs);
      const isFair = 'error' in outcome && (isAbortError(outcome.error) || isAPIError(outcome.error));
      mustHold(isFair, `an open update must reject with an AbortError or typed, and came to ${shown(outcome)}`);
      await trial.settled('the end of `events`', reading.all());
      await trial.settled('the second close', Promise.resolve(connection[Symbol.asyncDispose]()));
      await trial.holds('the connection closed at the vendor', () => vendor.record.open === 0);
    },
  },
  {
    id: 'REALTIME-3.6',
    title: 'What is sent after the close does no harm.',
    why: 'The last frames of the caller arrive after the end of the call.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, reading, model } = await connectModel(trial);
      await trial.settled('the close of the connection', Promise.resolve(connection[Symbol.asyncDispose]()));
      await trial.settled('the end of `events`', reading.all());
      const sampleRate = model.capabilities.inputSampleRate;
      for (const act of [
        () =>
          model.capabilities.audioInput
            ? connection.sendAudio({ samples: new Int16Array(sampleRate / 50), sampleRate, channels: 1, atMs: 0 })
            : undefined,
        () => connection.interrupt(),
        () => connection.generateReply({ replyId: 'late' }),
        () => connection.sendToolOutput({ callId: 'c', content: [], isError: false }),
      ]) {
        let failure: unknown;
        try {
          act();
        } catch (error) {
          failure = error;
        }
        mustHold(
          failure === undefined || isAPIError(failure),
          `what is sent after the close must be ignored or refused typed, and threw ${shown(failure)}`,
        );
      }
    },
  },
  {
    id: 'REALTIME-3.7',
    title: 'Of a connection that is closed no listener is left on its signal, and no timer on the clock.',
    why: 'What each connection leaves adds up.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, call } = await connectModel(trial);
      await trial.settled('the close of the connection', Promise.resolve(connection[Symbol.asyncDispose]()));
      await trial.quiet();
      mustEqual(leftOnSignal(call.options.signal), 0, 'listeners left on the signal');
      mustEqual(trial.clock.pendingTimers, 0, 'timers left on the clock');
    },
  },
  {
    id: 'REALTIME-3.8',
    title: '`close` of the model ends all its connections, and may be called twice.',
    why: 'A process that ends must not leave connections that are paid by the minute.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const first = await connectModel(trial);
      const second = await connectTo(trial, first);
      await proveClosesTwice(trial, first.model);
      for (const { reading } of [first, second]) await trial.settlesWithin('the end of `events`', reading.end, graceMs);
      await trial.holds('all connections closed at the vendor', () => first.vendor.record.open === 0);
    },
  },
  {
    id: 'REALTIME-3.9',
    title: '`prewarm` may be called often and at once; aborted, it rejects with the reason of its signal.',
    why: 'Each job warms what it uses, whether it is warm or not.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.prewarm === undefined ? 'prewarm: not there' : undefined),
    async prove(trial) {
      const { model } = await serveModel(trial);
      await provePrewarm(trial, model);
    },
  },
  {
    id: 'REALTIME-3.10',
    title: 'Connections of one model do not mix, and one whose events nobody reads holds up no other.',
    why: 'One instance serves all calls of a process.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const first = await connectModel(trial);
      const second = await connectTo(trial, first);
      first.reading.pause();
      for (let index = 0; index < 200; index += 1) await first.say({ type: 'text', responseId: 'r1', itemId: 'i1', text: 'first ' });
      await second.say(...response('r1', [{ type: 'text', responseId: 'r1', itemId: 'i1', text: 'second' }]));
      await trial.settled('`response-end` of the second', second.reading.first('response-end'));
      mustEqual(
        eventsOf(second, 'text-delta').map(({ text }) => text),
        ['second'],
        'the text of the second',
      );
    },
  },
  {
    id: 'REALTIME-3.11',
    title: 'Two hundred connections, opened, used and closed, leave nothing behind.',
    why: 'Each call of a worker makes one, or several.',
    since: '1.0',
    deadlineMs: 40_000,
    leftOut: noWire,
    async prove(trial) {
      const { vendor, model } = await serveModel(trial);
      const { options } = trial.call();
      const once = async () => {
        const connection = await model.connect(request(model, passingCall(options).options));
        connection.generateReply({ replyId: 'reply' });
        await connection[Symbol.asyncDispose]();
      };
      const left = await trial.settled('two hundred connections', bytesPerRound(trial.times(400), once), 35_000);
      // What the loopback server notes of each is counted, too.
      mustHold(left < 20_000, `each connection leaves ${Math.round(left)} bytes behind: at most 20,000 may be`);
      await trial.holds('all connections closed at the vendor', () => vendor.record.open === 0);
      await trial.settled('close', Promise.resolve(model.close?.()));
      await vendor[Symbol.asyncDispose]();
      await trial.nothingLeftOpen();
    },
  },
];
