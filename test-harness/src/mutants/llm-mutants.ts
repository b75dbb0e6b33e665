import type { LLMEvent, LLMRequest } from '@parley/core/provider';
import { createReferenceLLM } from '../reference/llm/reference-llm.js';
import { referenceLLMWire } from '../reference/llm/reference-llm-wire.js';
import type { Breakable } from './call/breakable.js';
import { callMutants } from './call/call-mutants.js';
import { asking, editing, maker } from './call/make-mutant.js';
import { editFailure, fieldsOf } from './call/stream-edits.js';
import type { Mutant } from './mutant.js';

const breakable: Breakable<'llm'> = {
  kind: 'llm',
  prefix: 'LLM',
  wire: referenceLLMWire,
  create: (settings) => createReferenceLLM(settings),
  withStart: (instance, around) => ({ ...instance, generate: around((request) => instance.generate(request)) }),
};
const least: Breakable<'llm'> = {
  ...breakable,
  create: (settings) => createReferenceLLM(settings, { capabilities: { tools: false, images: false } }),
};

const make = maker(breakable);
const edit = (change: (event: LLMEvent) => readonly LLMEvent[]) => editing(breakable, () => change);
const ask = (change: (request: LLMRequest) => LLMRequest) => asking(breakable, change);
const text = (value: string) => [{ type: 'text', text: value }] as const;

/** Makes what was thrown an error of JavaScript's own, as one who does not look does. */
const unclassified = (part: string) => (instance: ReturnType<typeof createReferenceLLM>) =>
  breakable.withStart(
    instance,
    (start) => (request) =>
      editFailure(start(request), (error) => (fieldsOf(error).message.includes(part) ? new SyntaxError('Unexpected token') : error)),
  );

const answers: readonly Mutant<'llm'>[] = [
  make(
    '2.10',
    'leaves out blanks',
    edit((event) => (event.type === 'text-delta' && event.text.trim() === '' ? [] : [event])),
  ),
  make(
    '2.11',
    'finishes twice',
    edit((event) => (event.type === 'finish' ? [event, event] : [event])),
  ),
  make(
    '2.12',
    'does not know why it ended',
    edit((event) => (event.type === 'finish' && event.reason === 'content-filter' ? [{ ...event, reason: 'other' }] : [event])),
  ),
  make(
    '2.13',
    'says "stop" after a tool call',
    edit((event) => (event.type === 'finish' && event.reason === 'tool-calls' ? [{ ...event, reason: 'stop' }] : [event])),
  ),
  make(
    '2.14',
    'has no arguments where there are none',
    edit((event) => (event.type === 'tool-call' && event.argumentsJson === '{}' ? [{ ...event, argumentsJson: '' }] : [event])),
  ),
  {
    ...make('2.14', 'gives out a call that was cut', (instance) => instance),
    create: (settings) => createReferenceLLM(settings, { givesCutCalls: true }),
  },
  make(
    '2.6',
    'makes up what was cached',
    edit((event) =>
      event.type === 'usage' && event.usage.inputTokens !== undefined
        ? [{ ...event, usage: { ...event.usage, cachedInputTokens: 999_999 } }]
        : [event],
    ),
  ),
  make(
    '2.15',
    'has one id for all calls',
    editing(breakable, () => {
      let first: string | undefined;
      return (event) => {
        if (event.type !== 'tool-call') return [event];
        first ??= event.callId;
        return [{ ...event, callId: first }];
      };
    }),
  ),
  make(
    '2.16',
    'speaks what it thinks',
    edit((event) => (event.type === 'reasoning-delta' ? [{ type: 'text-delta', text: event.text }] : [event])),
  ),
  make(
    '2.24',
    'puts what is its own under another name',
    edit((event) => (event.type === 'opaque' ? [{ ...event, providerMetadata: { llm: {} } }] : [event])),
  ),
];

const requests: readonly Mutant<'llm'>[] = [
  make(
    '2.8',
    "takes another provider's options",
    ask((request) => {
      const model = request.providerOptions?.['somebody-else']?.['model'];
      return model === undefined ? request : { ...request, providerOptions: { reference: { model } } };
    }),
  ),
  {
    ...maker(least)(
      '2.9',
      'leaves out the tools that it cannot call',
      asking(least, (request) => ({ ...request, tools: [] })),
    ),
  },
  make(
    '2.17',
    'leaves out instructions',
    ask((request) => ({ ...request, chat: request.chat.filter((item) => item.type !== 'message' || item.role !== 'developer') })),
  ),
  make(
    '2.18',
    'leaves out what tools gave',
    ask((request) => ({ ...request, chat: request.chat.map((item) => (item.type === 'tool-output' ? { ...item, content: [] } : item)) })),
  ),
  make(
    '2.19',
    'leaves out images by address',
    ask((request) => ({
      ...request,
      chat: request.chat.map((item) =>
        item.type === 'message'
          ? { ...item, content: item.content.filter((part) => part.type !== 'image' || !(part.data instanceof URL)) }
          : item,
      ),
    })),
  ),
  make(
    '2.20',
    'says nothing of the choice among tools',
    ask((request) => ({ ...request, toolChoice: 'auto' })),
  ),
  make(
    '2.20',
    'makes a choice of its own',
    ask((request) => (request.toolChoice === 'none' ? { ...request, toolChoice: 'required' } : request)),
  ),
  make(
    '2.20',
    'does not say what tools are for',
    ask((request) => ({ ...request, tools: request.tools.map((tool) => ({ ...tool, description: '' })) })),
  ),
  make(
    '2.21',
    'does not say whether several may be called at once',
    ask(({ parallelToolCalls: _parallel, ...request }) => request),
  ),
  make(
    '2.21',
    'lets the model call several at once',
    ask((request) => (request.parallelToolCalls === undefined ? request : { ...request, parallelToolCalls: true })),
  ),
  make(
    '2.22',
    'leaves out the response format',
    ask(({ responseFormat: _format, ...request }) => request),
  ),
  make(
    '2.22',
    'has a schema of its own',
    ask((request) =>
      request.responseFormat === undefined
        ? request
        : { ...request, responseFormat: { ...request.responseFormat, schema: { type: 'object', properties: {} } } },
    ),
  ),
  make(
    '2.24',
    'gives nothing back to its vendor',
    ask((request) => ({
      ...request,
      chat: request.chat.filter((item) => item.type !== 'opaque' || item.providerMetadata['reference'] === undefined),
    })),
  ),
  make(
    '2.26',
    'leaves out audio',
    ask((request) => ({
      ...request,
      chat: request.chat.map((item) =>
        item.type === 'message' ? { ...item, content: item.content.filter(({ type }) => type !== 'audio') } : item,
      ),
    })),
  ),
  make(
    '2.23',
    "takes another provider's items",
    ask((request) => ({
      ...request,
      chat: request.chat.map((item) =>
        item.type === 'opaque' && item.providerMetadata['reference'] === undefined
          ? { ...item, providerMetadata: { reference: {} } }
          : item,
      ),
    })),
  ),
  make(
    '2.25',
    'falls over control characters',
    ask((request) => {
      if (JSON.stringify(request.chat).includes('\\u0000')) throw new TypeError('a control character');
      return request;
    }),
  ),
  make(
    '2.26',
    'leaves out what stands beside audio',
    ask((request) => ({
      ...request,
      chat: request.chat.map((item) =>
        item.type === 'message' && item.content.some(({ type }) => type === 'audio') ? { ...item, content: text('audio') } : item,
      ),
    })),
  ),
];

const faults: readonly Mutant<'llm'>[] = [
  {
    ...make('4.11', 'fails over unknown messages', (instance) => instance),
    create: (settings) => createReferenceLLM(settings, { isStrict: true }),
  },
  make('4.12', 'throws what JSON.parse throws', unclassified('is no JSON')),
  {
    ...make('4.13', 'fails over large messages', (instance) => instance),
    create: (settings) => createReferenceLLM(settings, { longestMessage: 1_000_000 }),
  },
  {
    ...make('4.15', 'reads characters piece by piece', (instance) => instance),
    create: (settings) => createReferenceLLM(settings, { createDecoder: () => ({ decode: (bytes) => new TextDecoder().decode(bytes) }) }),
  },
  make('4.22', 'throws its own error for a page', unclassified('in place of events')),
];

/** Language models with one thing broken. */
export const llmMutants: readonly Mutant<'llm'>[] = [...callMutants(breakable), ...answers, ...requests, ...faults];
