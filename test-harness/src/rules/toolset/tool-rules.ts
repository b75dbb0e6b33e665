import { isAPIError } from '@parley/core/provider';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { proveIdentity } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { type AtVendor, connectTools, noWire, otherTools, outcomeOf, someTools, text } from './toolset-calls.js';

/** Lists and calls. */
export const toolRules: readonly Rule<'toolset'>[] = [
  {
    id: 'TOOLSET-2.1',
    title: 'Says what it is: kind `toolset`, version 1, its names, and whether its list changes and its calls report progress.',
    why: 'The session names the server in what it tells; two toolsets without a name cannot be told apart.',
    since: '1.0',
    async prove(trial) {
      const toolset = await trial.create();
      proveIdentity(toolset, 'toolset');
      const { listChanges, progress } = toolset.capabilities;
      mustHold(
        typeof listChanges === 'boolean' && typeof progress === 'boolean',
        `capabilities must be true or false, and are ${shown(toolset.capabilities)}`,
      );
    },
  },
  {
    id: 'TOOLSET-2.2',
    title: '`tools` gives all tools in the server’s order, each with its name, description and JSON Schema.',
    why: 'Servers list in pages: of a list that ends with the first, the model never hears of the rest.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection } = await connectTools(trial);
      const tools = await trial.settled('the list of tools', connection.tools());
      mustEqual(
        tools.map(({ name, description, parameters }) => ({ name, description, parameters })),
        someTools,
        'the tools',
      );
    },
  },
  {
    id: 'TOOLSET-2.3',
    title: 'A call reaches the server with the tool’s name and the arguments as they are.',
    why: 'What the model asked for is what must be done: with a field less, the wrong table is booked.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request, heard } = await connectTools(trial);
      const argumentsJson = '{"day":"Friday","note":"für 2 🍽 \\"near\\" the window","count":2.50,"none":null,"list":[1,null,{"a":true}]}';
      await trial.settled('a call', connection.call(request({ name: 'book', argumentsJson })));
      const [call] = heard('call');
      mustEqual(call?.name, 'book', 'the tool that the server was asked for');
      mustEqual(JSON.parse(call?.argumentsJson ?? ''), JSON.parse(argumentsJson), 'the arguments');
    },
  },
  {
    id: 'TOOLSET-2.4',
    title: 'The result is the server’s: all its content, in order.',
    why: 'The model answers by it.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const content = [
        text('Friday at eight'),
        { type: 'image', data: new Uint8Array([0, 255, 128]), mediaType: 'image/png' },
        text('für zwei'),
      ] as const;
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call') await call.send({ type: 'result', reference: heard.reference, content, isError: false });
      });
      const result = await trial.settled('a call', connection.call(request()));
      const plain = result.content.map((part) =>
        part.type === 'image' && part.data instanceof Uint8Array ? { ...part, data: [...part.data] } : part,
      );
      mustEqual(plain, [content[0], { ...content[1], data: [0, 255, 128] }, content[2]], 'the content');
    },
  },
  {
    id: 'TOOLSET-2.5',
    title: 'Structured results come through as they are.',
    why: 'Servers of data answer with nothing else.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const structured = { tables: [{ seats: 2, at: '20:00' }], more: null };
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call') await call.send({ type: 'result', reference: heard.reference, content: [], structured, isError: false });
      });
      mustEqual((await trial.settled('a call', connection.call(request()))).structured, structured, 'the structured result');
    },
  },
  {
    id: 'TOOLSET-2.6',
    title: 'A tool that failed is a result with `isError`, and no rejection.',
    why: 'The model reads why and tries another way; a rejection it hears of as an internal error.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call')
          await call.send({ type: 'result', reference: heard.reference, content: [text('No table is free.')], isError: true });
      });
      const result = await trial.settled('a call whose tool failed', connection.call(request()));
      mustEqual(
        { isError: result.isError, content: result.content },
        { isError: true, content: [text('No table is free.')] },
        'the result',
      );
    },
  },
  {
    id: 'TOOLSET-2.7',
    title: 'If it declares progress, each call hears of its own, in order, before its result.',
    why: 'A caller who waits for a booking is told how far it is, and not how far another one is.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.capabilities.progress ? undefined : 'progress: not declared'),
    async prove(trial) {
      const references: string[] = [];
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call') references.push(heard.reference);
        if (references.length < 2 || heard.type !== 'call') return;
        for (const done of [1, 2])
          for (const reference of references) await call.send({ type: 'progress', reference, done, total: 2, message: `of ${reference}` });
        for (const reference of references) await call.send({ type: 'result', reference, content: [], isError: false });
      });
      const told: [string[], string[]] = [[], []];
      const calls = told.map((list) =>
        connection.call(request({ onProgress: ({ done, total, message }) => list.push(`${done} of ${total}, ${message}`) })),
      );
      await trial.settled('both calls', Promise.all(calls));
      for (const [index, list] of told.entries()) {
        const of = `of ${references[index]}`;
        mustEqual(list, [`1 of 2, ${of}`, `2 of 2, ${of}`], `the progress of call ${index}`);
      }
    },
  },
  {
    id: 'TOOLSET-2.8',
    title: 'If it declares that its list changes, `tools-change` comes when it has, and `tools` gives the new list.',
    why: 'Tools appear when a caller has logged in: the model must hear of them.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.capabilities.listChanges ? undefined : 'listChanges: not declared'),
    async prove(trial) {
      let tools = someTools;
      const { connection, calls } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'list') await call.send({ type: 'tools', reference: heard.reference, tools });
      });
      const reading = trial.read(connection.events);
      await trial.settled('the list of tools', connection.tools());
      tools = otherTools;
      await calls[0]?.send({ type: 'tools-change' });
      await trial.settled('`tools-change`', reading.first('tools-change'));
      const names = (await trial.settled('the new list', connection.tools())).map(({ name }) => name);
      mustEqual(
        names,
        otherTools.map(({ name }) => name),
        'the new list',
      );
    },
  },
  {
    id: 'TOOLSET-2.9',
    title: 'What it does not declare does not come: no `tools-change`, no progress.',
    why: 'The session goes by what is declared: what comes all the same was proven by nobody.',
    since: '1.0',
    leftOut: (subject) => {
      const { listChanges, progress } = subject.declared.capabilities;
      return noWire(subject) ?? (listChanges && progress ? 'all is declared' : undefined);
    },
    async prove(trial) {
      const { connection, request, calls, toolset } = await connectTools(trial, async (heard, call) => {
        if (heard.type !== 'call') return;
        if (!toolset.capabilities.progress) await call.send({ type: 'progress', reference: heard.reference, done: 1 });
        await call.send({ type: 'result', reference: heard.reference, content: [], isError: false });
      });
      const reading = trial.read(connection.events);
      if (!toolset.capabilities.listChanges) await calls[0]?.send({ type: 'tools-change' });
      let told = 0;
      await trial.settled('a call', connection.call(request({ onProgress: () => (told += 1) })));
      mustEqual({ events: reading.events, told: toolset.capabilities.progress ? 0 : told }, { events: [], told: 0 }, 'events and progress');
    },
  },
  {
    id: 'TOOLSET-2.10',
    title: 'Calls that run at once each get their own result, in whatever order the server answers.',
    why: 'Models ask for several tools at once: swapped results are told to the caller as the truth.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const waiting: { readonly reference: string; readonly words: string; readonly call: AtVendor }[] = [];
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type !== 'call') return;
        waiting.push({ reference: heard.reference, words: heard.argumentsJson, call });
        if (waiting.length < 5) return;
        for (const { reference, words, call: of } of waiting.toReversed())
          await of.send({ type: 'result', reference, content: [text(words)], isError: false });
      });
      const asked = [0, 1, 2, 3, 4].map((index) => `{"day":"${index}"}`);
      const results = await trial.settled(
        'five calls',
        Promise.all(asked.map((argumentsJson) => connection.call(request({ argumentsJson })))),
      );
      mustEqual(
        results.map(({ content }) => content),
        asked.map((words) => [text(words)]),
        'the results',
      );
    },
  },
  {
    id: 'TOOLSET-2.11',
    title: 'A call that the server refuses, for a tool that it does not have, rejects typed and for good, or is a result with `isError`.',
    why: 'The model must learn that there is no such tool, and nobody must try it again.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request } = await connectTools(trial, async (heard, call) => {
        if (heard.type === 'call') await call.send({ type: 'refusal', reference: heard.reference, message: 'no such tool' });
      });
      const outcome = await trial.settled('a call that is refused', outcomeOf(connection.call(request({ name: 'nothing' }))));
      if ('error' in outcome) mustBeAPIError(outcome.error, 'a call that is refused', { retryable: false });
      else mustEqual(outcome.value.isError, true, '`isError` of a call that is refused');
    },
  },
  {
    id: 'TOOLSET-2.12',
    title: 'Arguments that are no JSON, or empty, harm nothing: a typed error, a result, and the next call is answered.',
    why: 'Models write broken arguments now and then.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { connection, request } = await connectTools(trial);
      for (const argumentsJson of ['', '{"day":', 'null', '[]', '"x"']) {
        const outcome = await trial.settled('a call with strange arguments', outcomeOf(connection.call(request({ argumentsJson }))));
        const isFair = 'value' in outcome || (isAPIError(outcome.error) && !outcome.error.retryable);
        mustHold(
          isFair,
          `a call with arguments ${shown(argumentsJson)} must fail typed, and failed with ${shown('error' in outcome ? outcome.error : '')}`,
        );
      }
      await trial.settled('the call after them', connection.call(request()));
    },
  },
];
