import type { ChatItem, LLMRequest } from '@parley/core/provider';
import { eventFault } from '../call/event-fault.js';
import type { CallAtVendor, CallEvent, Manner } from '../call/manner.js';
import type { LLMHeard } from '../../wire/llm-wire.js';

/** What the user says in a message of the rules. */
export const userItem = (text: string, id = 'item-1'): ChatItem => ({
  type: 'message',
  role: 'user',
  id,
  createdAtMs: 0,
  content: [{ type: 'text', text }],
});

/** Of a call in which nothing is special. */
export const plainRequest = (options: Omit<LLMRequest, 'chat' | 'tools' | 'toolChoice'>, text = 'Hello.'): LLMRequest => ({
  ...options,
  chat: [userItem(text)],
  tools: [],
  toolChoice: 'auto',
});

/** The request of a call. */
export async function heardRequest(call: CallAtVendor<'llm'>): Promise<LLMHeard | undefined> {
  for await (const heard of call.heard) return heard;
  return undefined;
}

const beginning = (mark: number) => `Reply ${mark} begins,`;
const middle = (mark: number) => ` geht weiter 😀 ${mark},`;
const rest = (mark: number) => ` and ends ${mark}.`;

export const llmManner: Manner<'llm'> = {
  prefix: 'LLM',
  start: (instance, options, { mark, providerOptions, metadata }) =>
    instance.generate({
      ...plainRequest(options, `This is call ${mark}.`),
      ...(providerOptions === undefined ? {} : { providerOptions }),
      ...(metadata === undefined ? {} : { metadata }),
    }),
  async hear(call) {
    const text = (await heardRequest(call))?.messages.at(-1)?.text ?? '';
    return Number(/call (\d)/.exec(text)?.[1] ?? 0);
  },
  begin: (call, mark) => call.send({ type: 'text', text: beginning(mark) }),
  goOn: (call, mark) => call.send({ type: 'text', text: middle(mark) }),
  async finish(call, mark) {
    await call.send({ type: 'text', text: rest(mark) });
    await call.send({ type: 'finish', reason: 'stop', inputTokens: 11, outputTokens: 7 });
  },
  hasParts: () => true,
  hasMarker: () => true,
  partsOf: (events) => textOf(events).split(middle(1)).length - 1,
  content: (events) => textOf(events),
  expected: (mark, parts = 0) => `${beginning(mark)}${middle(mark).repeat(parts)}${rest(mark)}`,
  begun: beginning,
  usageFault: ({ inputTokens, outputTokens, cachedInputTokens = 0, reasoningTokens = 0 }, calls) =>
    cachedInputTokens + reasoningTokens > 0
      ? 'the vendor told of no tokens that were cached, or that it thought in'
      : calls === undefined || (inputTokens === 11 * calls && outputTokens === 7 * calls)
        ? undefined
        : `the vendor told of ${11 * calls} tokens in and ${7 * calls} out`,
  fault: eventFault('llm'),
};

/** All text of a reply, without what was thought. */
export const textOf = (events: readonly CallEvent[]): string =>
  events.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join('');
