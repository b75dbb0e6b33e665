import type { LLMEvent } from '@parley/core/provider';
import type { LLMStep } from '../../wire/llm-wire.js';
import type { Trial } from '../../trial/trial.js';
import { noWire, vendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import { heardRequest, plainRequest, textOf } from './llm-manner.js';

const done: LLMStep = { type: 'finish', reason: 'stop', inputTokens: 11, outputTokens: 7 };
const tools = ['weather', 'time'].map((name) => ({
  name,
  description: `Tells the ${name}.`,
  parameters: { type: 'object', properties: {} },
}));

/** What comes of an answer of these steps. */
async function answered(trial: Trial<'llm'>, steps: readonly LLMStep[], hasTools = false): Promise<readonly LLMEvent[]> {
  const { instance } = await vendorAtWork(trial, async (call) => {
    await heardRequest(call);
    for (const step of steps) await call.send(step);
  });
  const request = plainRequest(trial.call().options);
  return trial.settled('the end of the reply', trial.read(instance.generate(hasTools ? { ...request, tools } : request)).all());
}

const noTools: Rule<'llm'>['leftOut'] = (subject) =>
  noWire(subject) ?? (subject.declared.capabilities.tools ? undefined : 'tools: not declared');

/** Level 2, what comes of an answer: numbers 10 to 16. */
export const llmAnswerRules: readonly Rule<'llm'>[] = [
  {
    id: 'LLM-2.10',
    title: 'Text comes whole and in order, each piece as it came, spaces and line ends included.',
    why: 'It is spoken as it comes: a space that is lost joins two words, a piece twice is heard twice.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const pieces = ['Well', ',', ' ', 'that  is\n', '\n', ' "5 €" – ', '你好', ' 👩‍👩‍👧', '.'];
      const events = await answered(trial, [...pieces.map((text) => ({ type: 'text', text }) as const), done]);
      mustEqual(textOf(events), pieces.join(''), 'the text');
    },
  },
  {
    id: 'LLM-2.11',
    title: 'A reply ends with finish: exactly once, and last.',
    why: 'By it core knows that the reply is whole. Without it a cut one would be spoken as whole; after it nothing is expected.',
    since: '1.0',
    async prove(trial) {
      const { wire } = trial.subject;
      const request = plainRequest(trial.call().options);
      const events =
        wire === undefined
          ? await trial.settled('the end of the reply', trial.read((await trial.create()).generate(request)).all())
          : await answered(trial, [{ type: 'text', text: 'Yes.' }, done]);
      const types = events.map(({ type }) => type);
      mustEqual(types.filter((type) => type === 'finish').length, 1, 'the number of finish events');
      mustEqual(types.at(-1), 'finish', 'the last event');
    },
  },
  {
    id: 'LLM-2.12',
    title: 'finish says why the reply ended: stop, length or content-filter, as the vendor does.',
    why: 'A reply that was cut for its length, or held back, is not what the agent meant to say.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      for (const reason of ['stop', 'length', 'content-filter'] as const) {
        const events = await answered(trial, [
          { type: 'text', text: 'Yes.' },
          { ...done, reason },
        ]);
        mustEqual(reasonOf(events), reason, `the reason after the vendor's "${reason}"`);
      }
    },
  },
  {
    id: 'LLM-2.13',
    title: 'The reason is tool-calls whenever there was one, also where the vendor says "stop".',
    why: 'Compatible servers do; a call that is not answered leaves the caller waiting.',
    since: '1.0',
    leftOut: noTools,
    async prove(trial) {
      const call = { type: 'tool-call', callId: 'call-1', name: 'time', argumentsJson: '{}' } as const;
      for (const reason of ['tool-calls', 'stop'] as const)
        mustEqual(reasonOf(await answered(trial, [call, { ...done, reason }], true)), 'tool-calls', `the reason after "${reason}"`);
    },
  },
  {
    id: 'LLM-2.14',
    title:
      "A tool call is one event, whole: the vendor's id, the name, and arguments that are JSON, also where there are none; one that the length limit cut is none.",
    why: 'It is executed as it comes; half of its arguments, or an id that the vendor does not know again, make it fail.',
    since: '1.0',
    leftOut: noTools,
    async prove(trial) {
      const argumentsJson = '{"day":"Monday, \\"early\\"","places":["Zürich",{"a":[1,2.5,null,true]}]}';
      const steps = [{ type: 'tool-call', callId: 'call-77', name: 'weather', argumentsJson } as const];
      const [call, ...more] = callsOf(await answered(trial, [...steps, { ...done, reason: 'tool-calls' }], true));
      mustEqual(more.length, 0, 'further calls');
      mustEqual(call, { callId: 'call-77', name: 'weather', argumentsJson }, 'the call');
      const bare = { type: 'tool-call', callId: 'call-78', name: 'time', argumentsJson: '' } as const;
      const [empty] = callsOf(await answered(trial, [bare, { ...done, reason: 'tool-calls' }], true));
      mustHold(isJson(empty?.argumentsJson), 'a call without arguments must have arguments that are JSON, such as {}');
      const cut = { type: 'tool-call', callId: 'call-79', name: 'weather', argumentsJson: '{"day":"Mon', isCut: true } as const;
      const events = await answered(trial, [cut, { ...done, reason: 'length' }], true);
      mustEqual(callsOf(events), [], 'calls of a reply that was cut in the midst of its only one');
      mustEqual(reasonOf(events), 'length', 'the reason of a reply that was cut in the midst of a call');
    },
  },
  {
    id: 'LLM-2.15',
    title: 'Several calls in one reply come each once, in order, by their own ids, and the text beside them is text.',
    why: 'Two calls of one tool are told apart by id only; the output of one would answer the other.',
    since: '1.0',
    leftOut: noTools,
    async prove(trial) {
      const calls = ['a', 'b', 'c'].map(
        (id, index) =>
          ({ type: 'tool-call', callId: `call-${id}`, name: index === 2 ? 'time' : 'weather', argumentsJson: '{"day":1}' }) as const,
      );
      const steps = [{ type: 'text', text: 'One moment.' } as const, ...calls, { ...done, reason: 'tool-calls' } as const];
      const events = await answered(trial, steps, true);
      mustEqual(
        callsOf(events).map(({ callId, name }) => `${callId} ${name}`),
        calls.map(({ callId, name }) => `${callId} ${name}`),
        'the calls',
      );
      mustEqual(textOf(events), 'One moment.', 'the text');
    },
  },
  {
    id: 'LLM-2.16',
    title: 'What the model thinks is not its text.',
    why: 'The caller would hear it think aloud.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const events = await answered(trial, [{ type: 'reasoning', text: 'They want to leave.' }, { type: 'text', text: 'Goodbye.' }, done]);
      mustEqual(textOf(events), 'Goodbye.', 'the text');
    },
  },
];

const reasonOf = (events: readonly LLMEvent[]): string | undefined =>
  events.flatMap((event) => (event.type === 'finish' ? [event.reason] : []))[0];

const callsOf = (events: readonly LLMEvent[]) =>
  events.flatMap((event) =>
    event.type === 'tool-call' ? [{ callId: event.callId, name: event.name, argumentsJson: event.argumentsJson }] : [],
  );

function isJson(text: string | undefined): boolean {
  try {
    JSON.parse(text ?? '');
    return true;
  } catch {
    return false;
  }
}
