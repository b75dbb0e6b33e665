import type { ExecutedToolCall } from '../observe/agent-event.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { FinishedToolCall } from './tool-run.js';
import type { SessionContext } from './session-context.js';
import type { Speech } from './speech.js';
import type { StepResult } from './reply-step.js';

interface Recording {
  readonly context: SessionContext;
  readonly speech: Pick<Speech, 'id' | 'agent'> & { readonly chatItems: ChatItem[] };
  /** The reply's place in the history, as wall time; its calls stand with it. */
  readonly createdAtMs: number;
}

/** Puts what was heard of a reply into the history: one message, or none if nothing was heard. */
export function recordReply(
  { context, speech, createdAtMs }: Recording,
  result: Pick<StepResult, 'delivery' | 'opaque'> & { readonly writtenText: string; readonly hasCalls: boolean },
): void {
  const { delivery, opaque, writtenText, hasCalls } = result;
  const { heardText, complete } = delivery;
  if (heardText === '' && !hasCalls) return;
  for (const providerMetadata of opaque)
    add({ context, speech, createdAtMs }, { type: 'opaque', id: context.history.newId(), createdAtMs, providerMetadata });
  if (heardText === '') return;
  const item: ChatItem = {
    type: 'message',
    role: 'assistant',
    id: context.history.newId(),
    createdAtMs,
    content: [{ type: 'text', text: heardText }],
    ...(complete ? {} : { interrupted: true }),
  };
  add({ context, speech, createdAtMs }, item, complete ? '' : writtenText.trim().slice(heardText.length).trim());
}

/** Each call with its output, in the order of the calls. */
export function recordCalls({ context, speech, createdAtMs }: Recording, finished: readonly FinishedToolCall[]): void {
  if (finished.length === 0) return;
  const id = () => context.history.newId();
  for (const { call } of finished) {
    const { callId, name, argumentsJson, providerMetadata } = call;
    const metadata = providerMetadata === undefined ? {} : { providerMetadata };
    add({ context, speech, createdAtMs }, { type: 'tool-call', id: id(), createdAtMs, callId, name, argumentsJson, ...metadata });
  }
  for (const { call, outcome } of finished) {
    const { callId, name } = call;
    const content = [{ type: 'text' as const, text: outcome.output }];
    add({ context, speech, createdAtMs }, { type: 'tool-output', id: id(), createdAtMs, callId, name, content, isError: outcome.isError });
  }
  context.core.emit({ type: 'tools-executed', speechId: speech.id, calls: finished.map(executed) });
}

const executed = ({ call, outcome, times }: FinishedToolCall): ExecutedToolCall => ({
  callId: call.callId,
  name: call.name,
  argumentsJson: call.argumentsJson,
  output: outcome.output,
  isError: outcome.isError,
  ...times,
});

function add({ context, speech }: Recording, item: ChatItem, unheardText = ''): void {
  speech.chatItems.push(item);
  context.history.add(item, { agent: speech.agent, unheardText });
}
