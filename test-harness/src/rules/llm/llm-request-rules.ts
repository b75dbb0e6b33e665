import type { ChatItem, LLMEvent, LLMRequest } from '@parley/core/provider';
import type { Trial } from '../../trial/trial.js';
import type { LLMHeard } from '../../wire/llm-wire.js';
import { mustBeTold, tells } from '../call/tells.js';
import { noWire, vendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, Violation } from '../violation.js';
import { heardRequest, plainRequest, textOf, userItem } from './llm-manner.js';

const seal = 'sealed-9c1e';

/** What the vendor is asked, and what comes of its answer, which is "Yes." */
async function asked(
  trial: Trial<'llm'>,
  more: Partial<LLMRequest>,
): Promise<{ readonly heard: LLMHeard; readonly events: readonly LLMEvent[] }> {
  const { instance, vendor } = await vendorAtWork(trial, async (call) => {
    await heardRequest(call);
    await call.send({ type: 'reasoning', text: 'They ask.', seal });
    await call.send({ type: 'text', text: 'Yes.' });
    await call.send({ type: 'finish', reason: 'stop', inputTokens: 11, outputTokens: 7 });
  });
  const request = { ...plainRequest(trial.call().options), ...more };
  const events = await trial.settled('the end of the reply', trial.read(instance.generate(request)).all());
  const [first] = vendor.heard;
  if (first?.[0] === undefined) throw new Violation('the vendor was asked nothing');
  return { heard: first[0], events };
}

const at = { createdAtMs: 0 } as const;
const text = (value: string) => [{ type: 'text', text: value }] as const;
const said = (role: 'system' | 'developer' | 'user' | 'assistant', value: string): ChatItem => ({
  ...at,
  type: 'message',
  id: value,
  role,
  content: text(value),
});
const called = (callId: string): ChatItem => ({
  ...at,
  type: 'tool-call',
  id: callId,
  callId,
  name: 'look',
  argumentsJson: `{"for":"${callId}"}`,
});
const output = (callId: string): ChatItem => ({
  ...at,
  type: 'tool-output',
  id: `output of ${callId}`,
  callId,
  name: 'look',
  content: text(`seen by ${callId}`),
  isError: false,
});

const unless =
  (capability: 'tools' | 'images' | 'audio' | 'structuredOutput' | 'parallelToolCalls'): NonNullable<Rule<'llm'>['leftOut']> =>
  (subject) =>
    noWire(subject) ?? (subject.declared.capabilities[capability] ? undefined : `${capability}: not declared`);

const look = { name: 'look', description: 'Looks.', parameters: { type: 'object', properties: { for: { type: 'string' } } } };

/** Level 2, what the vendor is asked: numbers 17 to 26. */
export const llmRequestRules: readonly Rule<'llm'>[] = [
  {
    id: 'LLM-2.17',
    title: 'The conversation arrives in its order, with its roles and its words: system and developer as instructions, user, assistant.',
    why: 'A model that is given half of the conversation, or as somebody else, answers something else.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const chat = [
        said('system', 'You help.'),
        said('user', 'Hi, "Zoë" 👋'),
        said('assistant', 'Hello.'),
        said('developer', 'Be short.'),
        said('user', 'Well?'),
      ];
      const { heard } = await asked(trial, { chat });
      // Where the vendor knows only one place for instructions, they may stand together.
      const spoken = heard.messages.filter(({ role }) => role !== 'system').map(({ role, text: words }) => `${role}: ${words}`);
      mustEqual(spoken, ['user: Hi, "Zoë" 👋', 'assistant: Hello.', 'user: Well?'], 'the conversation');
      const instructions = heard.messages.filter(({ role }) => role === 'system').map(({ text: words }) => words);
      for (const words of ['You help.', 'Be short.'])
        mustHold(instructions.join('\n').includes(words), `the instructions must hold "${words}"`);
    },
  },
  {
    id: 'LLM-2.18',
    title: 'Tool calls and their outputs arrive with their ids, each output after its call.',
    why: 'Vendors refuse a call without its output; a model that does not see an output calls again.',
    since: '1.0',
    leftOut: unless('tools'),
    async prove(trial) {
      const chat = [userItem('What is there?'), said('assistant', 'I look.'), called('c1'), called('c2'), output('c1'), output('c2')];
      const { heard } = await asked(trial, { chat: [...chat, called('c3'), output('c3')], tools: [look] });
      const calls = heard.messages.flatMap(({ toolCalls }) =>
        toolCalls.map(({ callId, name, argumentsJson }) => `${callId} ${name} ${argumentsJson}`),
      );
      mustEqual(
        calls,
        ['c1', 'c2', 'c3'].map((id) => `${id} look {"for":"${id}"}`),
        'the calls',
      );
      const outputs = heard.messages.flatMap(({ role, callId, text: words }) => (role === 'tool' ? [`${callId ?? ''}: ${words}`] : []));
      mustEqual(
        outputs,
        ['c1', 'c2', 'c3'].map((id) => `${id}: seen by ${id}`),
        'the outputs',
      );
      for (const id of ['c1', 'c2', 'c3']) {
        const callAt = heard.messages.findIndex(({ toolCalls }) => toolCalls.some(({ callId }) => callId === id));
        mustHold(callAt < heard.messages.findIndex(({ callId }) => callId === id), `the output of ${id} must stand after its call`);
      }
    },
  },
  {
    id: 'LLM-2.19',
    title: 'Images arrive, as bytes or by their address.',
    why: 'A model that is asked about an image it was not given makes something up.',
    since: '1.0',
    leftOut: unless('images'),
    async prove(trial) {
      const image = { type: 'image', mediaType: 'image/png' } as const;
      const parts = [
        ...text('What is this?'),
        { ...image, data: new Uint8Array([1, 2, 3]) },
        { ...image, data: new URL('https://a.example/b.png') },
      ];
      const { heard } = await asked(trial, { chat: [{ ...at, type: 'message', role: 'user', id: 'item-1', content: parts }] });
      mustEqual(heard.messages.at(-1)?.images, 2, 'images in the last message');
      mustEqual(heard.messages.at(-1)?.text, 'What is this?', 'the text beside them');
    },
  },
  {
    id: 'LLM-2.20',
    title: 'Tools arrive with their names, descriptions and schemas, and the choice among them as it was made.',
    why: 'A model that must not call now, or must, does as it likes; arguments come as nobody understands them.',
    since: '1.0',
    leftOut: unless('tools'),
    async prove(trial) {
      for (const toolChoice of ['auto', 'none', 'required', { name: 'look' }] as const) {
        const { heard } = await asked(trial, { tools: [look, { ...look, name: 'wait' }], toolChoice });
        if (toolChoice !== 'none' || heard.tools.length > 0) {
          mustEqual(
            heard.tools.map(({ name }) => name),
            ['look', 'wait'],
            'the tools',
          );
          mustEqual(Object.keys(propertiesOf(heard.tools[0]?.parameters)), ['for'], "the properties of the first tool's parameters");
          const description = heard.tools[0]?.description;
          mustBeTold(trial.subject, 'tool-description', description);
          if (description !== undefined) mustEqual(description, look.description, "the first tool's description");
          // What the vendor does by itself need not be said.
          if (toolChoice !== 'auto') mustBeTold(trial.subject, 'tool-choice', heard.toolChoice);
        }
        if (heard.toolChoice !== undefined) mustEqual(heard.toolChoice, toolChoice, 'the choice among them');
      }
    },
  },
  {
    id: 'LLM-2.21',
    title: 'parallelToolCalls: false arrives.',
    why: 'Tools that must not run at once (two bookings of one table) would.',
    since: '1.0',
    leftOut: (subject) => unless('parallelToolCalls')(subject) ?? unless('tools')(subject),
    async prove(trial) {
      const { heard } = await asked(trial, { tools: [look], parallelToolCalls: false });
      mustBeTold(trial.subject, 'parallel-tool-calls', heard.parallelToolCalls);
      if (heard.parallelToolCalls !== undefined) mustEqual(heard.parallelToolCalls, false, 'parallelToolCalls');
    },
  },
  {
    id: 'LLM-2.22',
    title: 'A response format arrives, with its schema.',
    why: 'An application that parses the reply gets prose.',
    since: '1.0',
    leftOut: unless('structuredOutput'),
    async prove(trial) {
      const schema = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };
      const { heard } = await asked(trial, { responseFormat: { name: 'city', schema } });
      mustEqual(heard.hasResponseFormat, true, 'a response format');
      mustBeTold(trial.subject, 'response-schema', heard.responseSchema);
      if (heard.responseSchema !== undefined)
        mustEqual(Object.keys(propertiesOf(heard.responseSchema)), ['city'], "the properties of the format's schema");
      mustEqual((await asked(trial, {})).heard.hasResponseFormat, false, 'a response format where none was asked for');
    },
  },
  {
    id: 'LLM-2.23',
    title: "Items and metadata that are another provider's are left out, and the conversation goes on around them.",
    why: 'After a fallback the history holds what the other vendor signed; no vendor takes the signature of another.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const theirs = { 'somebody-else': { signature: 'x', thought: 'secret of theirs' } };
      const chat: ChatItem[] = [
        userItem('One.'),
        { ...at, type: 'opaque', id: 'o1', providerMetadata: theirs },
        { ...at, type: 'message', role: 'assistant', id: 'item-2', content: text('Two.'), providerMetadata: theirs },
        userItem('Three.', 'item-3'),
      ];
      const { heard, events } = await asked(trial, { chat });
      mustEqual(
        heard.messages.map(({ text: words }) => words).filter((words) => words !== ''),
        ['One.', 'Two.', 'Three.'],
        'what was said',
      );
      mustHold(heard.messages.length === 3, `there must be three messages, and there are ${heard.messages.length}`);
      mustHold(textOf(events).endsWith('Yes.'), `the answer must be "Yes.", and is "${textOf(events)}"`);
    },
  },
  {
    id: 'LLM-2.24',
    title: "What a plugin gives out for itself stands under its provider's name, and goes back to the vendor as it came.",
    why: 'Signed thinking has to go back to the vendor unchanged; under another name nobody finds it, and the next turn is refused.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { events } = await asked(trial, {});
      const own = events.flatMap((event) =>
        (event.type === 'opaque' || event.type === 'tool-call') && event.providerMetadata !== undefined ? [event.providerMetadata] : [],
      );
      for (const metadata of own) mustEqual(Object.keys(metadata), [trial.subject.declared.provider], 'the names under which it stands');
      const back = own.map((providerMetadata, index): ChatItem => ({ ...at, type: 'opaque', id: `o${index}`, providerMetadata }));
      const again = await asked(trial, { chat: [userItem('One.'), ...back, said('assistant', 'Yes.'), userItem('And now?', 'item-9')] });
      mustHold(textOf(again.events).endsWith('Yes.'), 'the call to which it was given back must be answered');
      if (tells(trial.subject, 'opaque')) mustEqual(again.heard.seals, [seal], 'what the vendor had sealed, and was given back');
    },
  },
  {
    id: 'LLM-2.25',
    title: 'Odd words arrive: empty ones, control characters, 100,000 characters; or the call fails with an APIError.',
    why: 'Callers, tools and web pages bring all of them.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      for (const words of ['', ' \u0000\u0007\u001b[31m\u2028\ud83d end', 'x'.repeat(100_000)]) {
        // A lone half of a character cannot be sent: what stands for it may differ.
        const { heard } = await asked(trial, { chat: [userItem('Before.'), said('assistant', 'Well.'), userItem(words, 'odd')] });
        const last = heard.messages.at(-1)?.text ?? '';
        mustEqual(last.length >= words.length - 20, true, `whether words of ${words.length} characters arrived (${last.length} did)`);
      }
    },
  },
  {
    id: 'LLM-2.26',
    title: 'Audio in a message arrives, beside its text.',
    why: 'Models that hear are given what the caller said, with its tone.',
    since: '1.0',
    leftOut: unless('audio'),
    async prove(trial) {
      const frame = { samples: new Int16Array(320).fill(100), sampleRate: 16_000, channels: 1, atMs: 0 };
      const parts = [...text('Listen.'), { type: 'audio', frames: [frame], transcript: 'Good morning.' } as const];
      const { heard, events } = await asked(trial, { chat: [{ ...at, type: 'message', role: 'user', id: 'item-1', content: parts }] });
      mustBeTold(trial.subject, 'audio', heard.messages.at(-1)?.audio);
      mustHold(heard.messages.at(-1)?.text.includes('Listen.') === true, 'the text beside the audio must arrive');
      mustHold(textOf(events).endsWith('Yes.'), `the answer must be "Yes.", and is "${textOf(events)}"`);
    },
  },
];

function propertiesOf(parameters: unknown): object {
  const properties: unknown = typeof parameters === 'object' && parameters !== null ? Reflect.get(parameters, 'properties') : undefined;
  return typeof properties === 'object' && properties !== null ? properties : {};
}
