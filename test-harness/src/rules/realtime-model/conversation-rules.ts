import { durationMs, countingSamples, framesOf } from '../audio-frames.js';
import { proveIdentity } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { bookTool, connectModel, eventsOf, message, noWire, response, unless } from './realtime-calls.js';

const updatable = ['instructions', 'tools', 'chat', 'options'];

/** What is asked of a model, and what it says. */
export const conversationRules: readonly Rule<'realtime-model'>[] = [
  {
    id: 'REALTIME-2.1',
    title: 'Says what it is: kind `realtime-model`, version 1, its names, rates of whole hertz, and what can be updated.',
    why: 'The session resamples to these rates and leaves to the model what it says it does: turns, transcripts, answers to tools.',
    since: '1.0',
    async prove(trial) {
      const model = await trial.create();
      proveIdentity(model, 'realtime-model');
      const { inputSampleRate, outputSampleRate, updates } = model.capabilities;
      for (const rate of [inputSampleRate, outputSampleRate])
        mustHold(Number.isInteger(rate) && rate > 0, `a sample rate must be whole hertz, and is ${shown(rate)}`);
      mustHold(
        updates.every((what) => updatable.includes(what)),
        `updates must be of ${updatable.join(', ')}, and are ${shown(updates)}`,
      );
    },
  },
  {
    id: 'REALTIME-2.2',
    title: 'A connection begins with what was asked for: instructions, tools, conversation and voice reach the vendor.',
    why: 'A call that is taken up on a new connection must go on where it was.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const chat = [message('u1', 'user', 'A table, please.'), message('a1', 'assistant', 'For how many?')];
      const { heard } = await connectModel(trial, { instructions: 'Be kind.', tools: [bookTool], chat, voice: 'ada' });
      const [settings] = heard('settings');
      mustHold(settings !== undefined, 'the vendor heard no settings');
      const { instructions, tools, voice, chat: items } = settings;
      mustEqual(
        {
          instructions,
          tools: tools.map(({ name, parameters }) => ({ name, parameters })),
          voice,
          chat: items.map(({ role, text }) => `${role}: ${text}`),
        },
        {
          instructions: 'Be kind.',
          tools: [{ name: 'book', parameters: bookTool.parameters }],
          voice: 'ada',
          chat: ['user: A table, please.', 'assistant: For how many?'],
        },
        'the settings that the vendor heard',
      );
    },
  },
  {
    id: 'REALTIME-2.3',
    title: 'Audio reaches the vendor whole, once and in order, however it is cut into frames.',
    why: 'Lost or swapped samples are heard as other words.',
    since: '1.0',
    leftOut: unless('audioInput'),
    async prove(trial) {
      const { connection, heard, model } = await connectModel(trial);
      const { inputSampleRate } = model.capabilities;
      const said = countingSamples(inputSampleRate);
      for (const frame of framesOf(said, { sampleRate: inputSampleRate, lengths: [inputSampleRate / 50, 333, 481] }))
        connection.sendAudio(frame);
      const arrived = () => heard('audio').flatMap(({ samples }) => [...samples]);
      await trial.holds('all samples at the vendor', () => arrived().length >= said.length);
      await trial.quiet();
      mustEqual(arrived().length, said.length, 'samples at the vendor');
      mustEqual(
        arrived().findIndex((sample, index) => sample !== said[index]),
        -1,
        'the first sample that is another',
      );
    },
  },
  {
    id: 'REALTIME-2.4',
    title: '`commitAudio` and `clearAudio` reach the vendor behind the audio before them.',
    why: 'Where core finds the turns, the vendor answers at the commit: too early, it lacks the last word.',
    since: '1.0',
    leftOut: unless('audioInput'),
    async prove(trial) {
      const { connection, vendor, model } = await connectModel(trial);
      const { inputSampleRate } = model.capabilities;
      for (const frame of framesOf(countingSamples(inputSampleRate / 5), { sampleRate: inputSampleRate })) connection.sendAudio(frame);
      connection.commitAudio();
      connection.clearAudio();
      await trial.holds('`clear` at the vendor', () => vendor.heard.flat().some(({ type }) => type === 'clear'));
      const types = vendor.heard
        .flat()
        .map(({ type }) => type)
        .filter((type) => ['audio', 'commit', 'clear'].includes(type));
      mustEqual(
        types.filter((type, index) => type !== types[index - 1]),
        ['audio', 'commit', 'clear'],
        'what the vendor heard, in order',
      );
    },
  },
  {
    id: 'REALTIME-2.5',
    title: 'A reply that is asked for begins with `response-start` of its `replyId`; what it was asked with reaches the vendor.',
    why: 'The session tells its own replies from those that the model began by itself by this id.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const connected = await connectModel(trial);
      const { connection, heard, say, reading } = connected;
      connection.generateReply({ replyId: 'reply-7', instructions: 'Greet.', userText: 'Hello there.' });
      await trial.holds('the request at the vendor', () => heard('generate').length === 1);
      const [asked] = heard('generate');
      mustEqual(
        { instructions: asked?.instructions, userText: asked?.userText },
        { instructions: 'Greet.', userText: 'Hello there.' },
        'what the vendor was asked with',
      );
      await say(...response('r1', [], { reference: asked?.reference ?? '' }));
      await trial.settled('`response-start`', reading.first('response-start'));
      mustEqual(
        eventsOf(connected, 'response-start')[0],
        { type: 'response-start', responseId: 'r1', replyId: 'reply-7' },
        '`response-start`',
      );
    },
  },
  {
    id: 'REALTIME-2.6',
    title: 'A response that the model began by itself has no `replyId`.',
    why: 'It must not be taken for the answer to what the application asked for.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const connected = await connectModel(trial);
      await connected.say(...response('r1', []));
      await trial.settled('`response-start`', connected.reading.first('response-start'));
      mustEqual(eventsOf(connected, 'response-start')[0], { type: 'response-start', responseId: 'r1' }, '`response-start`');
    },
  },
  {
    id: 'REALTIME-2.7',
    title: 'Each response begins once and ends once, with its status; all its parts lie between and name it.',
    why: 'The agent speaks from the one to the other: a response without an end holds the floor for ever.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { say, reading } = await connectModel(trial);
      const statuses = ['completed', 'cancelled', 'failed', 'incomplete'] as const;
      for (const [index, status] of statuses.entries()) {
        const responseId = `r${index}`;
        await say(
          { type: 'response-start', responseId },
          { type: 'text', responseId, itemId: `i${index}`, text: 'Hello.' },
          { type: 'tool-call', responseId, callId: `c${index}`, name: 'book', argumentsJson: '{}' },
          { type: 'response-end', responseId, status },
        );
      }
      await trial.holds('the end of four responses', () => reading.events.filter(({ type }) => type === 'response-end').length >= 4);
      await trial.quiet();
      const told = reading.events.flatMap((event) =>
        'responseId' in event && event.type !== 'response-start'
          ? [`${event.responseId} ${event.type === 'response-end' ? event.status : event.type}`]
          : 'responseId' in event
            ? [`${event.responseId} start`]
            : [],
      );
      mustEqual(
        told,
        statuses.flatMap((status, index) => [`r${index} start`, `r${index} text-delta`, `r${index} tool-call`, `r${index} ${status}`]),
        'what was told of four responses',
      );
    },
  },
  {
    id: 'REALTIME-2.8',
    title:
      'The audio of an item comes whole and in order, in frames of at most 60 ms at the declared rate, on a line of its own without holes.',
    why: 'Lost samples crackle; by the line the session knows how much of an item was heard.',
    since: '1.0',
    leftOut: unless('audioOutput'),
    async prove(trial) {
      const connected = await connectModel(trial);
      const { say, model } = connected;
      const sampleRate = model.capabilities.outputSampleRate;
      const said = countingSamples(sampleRate);
      const pieces = framesOf(said, { sampleRate, lengths: [sampleRate / 10, 1001, 333] });
      await say(
        ...response(
          'r1',
          pieces.map(({ samples }) => ({ type: 'audio', responseId: 'r1', itemId: 'i1', samples })),
        ),
      );
      await trial.settled('`response-end`', connected.reading.first('response-end'));
      const frames = eventsOf(connected, 'audio').map(({ frame }) => frame);
      const came = frames.flatMap(({ samples }) => [...samples]);
      mustEqual(came.length, said.length, 'samples that came');
      mustEqual(
        came.findIndex((sample, index) => sample !== said[index]),
        -1,
        'the first sample that is another',
      );
      let nextMs = frames[0]?.atMs ?? 0;
      for (const frame of frames) {
        mustHold(
          frame.sampleRate === sampleRate && durationMs(frame) <= 61,
          `a frame of ${frame.sampleRate} Hz and ${durationMs(frame)} ms came: ${sampleRate} Hz and at most 60 ms it must be`,
        );
        mustHold(Math.abs(frame.atMs - nextMs) < 1, `a frame must begin at ${nextMs} ms, and begins at ${frame.atMs}`);
        nextMs += durationMs(frame);
      }
    },
  },
  {
    id: 'REALTIME-2.9',
    title: 'The text of an item comes whole and in order.',
    why: 'It is the transcript, and what stands in the history.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const connected = await connectModel(trial);
      const pieces = ['Ihr ', 'Tisch 🍽 ist', '\num ', 'acht.'];
      await connected.say(
        ...response(
          'r1',
          pieces.map((text) => ({ type: 'text', responseId: 'r1', itemId: 'i1', text })),
        ),
      );
      await trial.settled('`response-end`', connected.reading.first('response-end'));
      mustEqual(
        eventsOf(connected, 'text-delta')
          .map(({ text, itemId }) => (itemId === 'i1' ? text : ''))
          .join(''),
        pieces.join(''),
        'the text',
      );
    },
  },
  {
    id: 'REALTIME-2.10',
    title: 'A tool call comes once, with its name and whole arguments; its output reaches the vendor under the same id.',
    why: 'A call that comes twice is done twice; an output under another id is never read.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const connected = await connectModel(trial, { tools: [bookTool] });
      const { say, connection, heard, reading } = connected;
      await say(
        ...response('r1', [{ type: 'tool-call', responseId: 'r1', callId: 'call-9', name: 'book', argumentsJson: '{"day":"Friday"}' }]),
      );
      await trial.settled('`response-end`', reading.first('response-end'));
      mustEqual(
        eventsOf(connected, 'tool-call'),
        [{ type: 'tool-call', responseId: 'r1', callId: 'call-9', name: 'book', argumentsJson: '{"day":"Friday"}' }],
        'the tool calls',
      );
      connection.sendToolOutput({ callId: 'call-9', content: [{ type: 'text', text: 'booked' }], isError: false });
      await trial.holds('the output at the vendor', () => heard('tool-output').length > 0);
      const [output] = heard('tool-output');
      mustEqual({ callId: output?.callId, text: output?.text }, { callId: 'call-9', text: 'booked' }, 'the output that the vendor heard');
    },
  },
];
