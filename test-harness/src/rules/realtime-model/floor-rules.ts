import { countingSamples, framesOf } from '../audio-frames.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { connectModel, eventsOf, noWire, response, unless } from './realtime-calls.js';

/** Interruption, what the caller said, and what goes wrong within a connection. */
export const floorRules: readonly Rule<'realtime-model'>[] = [
  {
    id: 'REALTIME-2.11',
    title: '`interrupt` cancels the response under way, and with nothing under way does no harm.',
    why: 'The vendor goes on speaking, and is paid for it, after the caller took the floor.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, connection, heard, reading } = await connectModel(trial);
      connection.interrupt();
      await say({ type: 'response-start', responseId: 'r1' });
      await trial.settled('`response-start`', reading.first('response-start'));
      connection.interrupt();
      await trial.holds('`cancel` at the vendor', () => heard('cancel').length > 0);
      await say({ type: 'response-end', responseId: 'r1', status: 'cancelled' });
      const { status } = await trial.settled('`response-end`', reading.first('response-end'));
      mustEqual(status, 'cancelled', 'the status of a response that was cancelled');
    },
  },
  {
    id: 'REALTIME-2.12',
    title: '`interrupt` also cancels a reply that was asked for and has not begun.',
    why: 'The caller speaks while the agent thinks: the reply to what was said before must not come after all.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, connection, heard } = await connectModel(trial);
      connection.generateReply({ replyId: 'reply-1' });
      await trial.holds('the request at the vendor', () => heard('generate').length === 1);
      connection.interrupt();
      await trial.quiet();
      const early = heard('cancel').length;
      await say({ type: 'response-start', responseId: 'r1', reference: heard('generate')[0]?.reference ?? '' });
      // A vendor does nothing with a cancel that names nothing that it has begun.
      await trial.holds('`cancel` at the vendor, once the reply has begun', () => heard('cancel').length > early);
    },
  },
  {
    id: 'REALTIME-2.13',
    title: '`truncate` reaches the vendor with the item and what was heard of it.',
    why: 'The model must believe to have said what was heard, and no more.',
    since: '1.0',
    leftOut: unless('truncate'),
    async prove(trial) {
      const { say, connection, heard, reading, model } = await connectModel(trial);
      const samples = new Int16Array(model.capabilities.outputSampleRate);
      await say(...response('r1', [{ type: 'audio', responseId: 'r1', itemId: 'i1', samples }]));
      await trial.settled('`response-end`', reading.first('response-end'));
      connection.truncate({ itemId: 'i1', playedMs: 420 });
      await trial.holds('`truncate` at the vendor', () => heard('truncate').length > 0);
      mustEqual(heard('truncate')[0], { type: 'truncate', itemId: 'i1', playedMs: 420 }, 'what the vendor heard');
    },
  },
  {
    id: 'REALTIME-2.14',
    title: 'What the vendor hears of the caller comes through: commits in order, transcripts, interim and final.',
    why: 'They are the caller’s side of the history.',
    since: '1.0',
    leftOut: unless('inputTranscripts'),
    async prove(trial) {
      const connected = await connectModel(trial);
      await connected.say(
        { type: 'input-committed', itemId: 'u1' },
        { type: 'input-committed', itemId: 'u2', previousItemId: 'u1' },
        { type: 'input-transcript', itemId: 'u1', text: 'A table', final: false },
        { type: 'input-transcript', itemId: 'u1', text: 'A table, please.', final: true },
      );
      await trial.holds('the final transcript', () => eventsOf(connected, 'input-transcript').some(({ final }) => final));
      mustEqual(
        eventsOf(connected, 'input-committed').map(({ itemId, previousItemId }) => `${previousItemId} ${itemId}`),
        ['undefined u1', 'u1 u2'],
        'the commits',
      );
      const finals = eventsOf(connected, 'input-transcript').filter(({ final }) => final);
      mustEqual(finals, [{ type: 'input-transcript', itemId: 'u1', text: 'A table, please.', final: true }], 'the final transcripts');
    },
  },
  {
    id: 'REALTIME-2.15',
    title: 'Starts and ends of speech lie on the line of the frames that were sent, gaps included.',
    why: 'Vendors count the samples that they were given: after a muted minute their times are a minute off.',
    since: '1.0',
    leftOut: (subject) => unless('turnDetection')(subject) ?? unless('audioInput')(subject),
    async prove(trial) {
      const connected = await connectModel(trial);
      const { connection, say, model, heard } = connected;
      const sampleRate = model.capabilities.inputSampleRate;
      const send = (atMs: number) => {
        for (const frame of framesOf(countingSamples(sampleRate / 2), { sampleRate, atMs })) connection.sendAudio(frame);
      };
      send(61_000);
      send(90_000);
      await trial.holds(
        'the audio at the vendor',
        () => heard('audio').reduce((sum, { samples }) => sum + samples.length, 0) >= sampleRate,
      );
      await say({ type: 'speech-start', atMs: 200 }, { type: 'speech-end', atMs: 700 });
      await trial.settled('`speech-end`', connected.reading.first('speech-end'));
      const times = [eventsOf(connected, 'speech-start')[0]?.atMs, eventsOf(connected, 'speech-end')[0]?.atMs];
      const isRight = Math.abs((times[0] ?? 0) - 61_200) <= 30 && Math.abs((times[1] ?? 0) - 90_200) <= 30;
      mustHold(isRight, `speech began at 61,200 ms and ended at 90,200 ms on the line of the frames, and was told at ${shown(times)}`);
    },
  },
  {
    id: 'REALTIME-2.16',
    title: 'Each response’s usage is reported once, as the vendor counts it.',
    why: 'It is what the call costs.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const connected = await connectModel(trial);
      await connected.say(...response('r1', []), ...response('r2', []));
      await trial.holds('the end of both responses', () => eventsOf(connected, 'response-end').length === 2);
      await trial.quiet();
      const total = eventsOf(connected, 'usage').reduce(
        (sum, { usage }) => ({ input: sum.input + (usage.inputTokens ?? 0), output: sum.output + (usage.outputTokens ?? 0) }),
        { input: 0, output: 0 },
      );
      mustEqual(total, { input: 14, output: 10 }, 'tokens of two responses of 7 and 5, added up');
    },
  },
  {
    id: 'REALTIME-2.17',
    title: 'A reply that is refused comes as `error` with its `replyId`, and the connection goes on.',
    why: 'The application waits for that reply, and for no other.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, connection, heard, reading } = await connectModel(trial);
      connection.generateReply({ replyId: 'reply-1' });
      await trial.holds('the request at the vendor', () => heard('generate').length === 1);
      await say({ type: 'refused', reference: heard('generate')[0]?.reference ?? '', message: 'busy' });
      const { replyId, error } = await trial.settled('`error`', reading.first('error'));
      mustEqual({ replyId, kind: typeof error.kind }, { replyId: 'reply-1', kind: 'string' }, '`error`');
      await say(...response('r2', []));
      await trial.settled('a response after it', reading.first('response-end'));
    },
  },
  {
    id: 'REALTIME-2.18',
    title: 'That the connection will end is told with the time that is left.',
    why: 'The session opens another before that, between two sentences.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, reading, heard } = await connectModel(trial);
      await say({ type: 'expiring', inMs: 55_000 }, ...response('r1', []));
      await trial.settled('a response after it', reading.first('response-end'));
      const told = reading.events.find(({ type }) => type === 'expiring');
      mustEqual(told, { type: 'expiring', inMs: 55_000 }, '`expiring`');
      mustEqual(heard('settings').length, 1, 'connections that the plugin made: to open another is core’s');
    },
  },
];
