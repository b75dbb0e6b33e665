import type { LLMEvent } from '@parley/core/provider';
import type OpenAI from 'openai';

type ToolCall = Extract<LLMEvent, { readonly type: 'tool-call' }>;
type Delta = OpenAI.Chat.Completions.ChatCompletionChunk.Choice.Delta.ToolCall;

interface Begun {
  id: string;
  name: string;
  argumentsJson: string;
}

/**
 * Tool calls as they come in pieces: the first piece of a call has its id and its name, the rest only its index. A call is complete when
 * another begins, or with the answer.
 */
export class ChatCalls {
  readonly #begun = new Map<number, Begun>();
  #count = 0;

  /** How many were complete so far. */
  get count(): number {
    return this.#count;
  }

  /** @returns Calls that are complete by this. */
  take(delta: Delta): ToolCall[] {
    // Some compatible servers leave the index out where there is but one call.
    const index = delta.index ?? 0;
    const known = this.#begun.get(index);
    const complete = known === undefined || (delta.id !== undefined && delta.id !== '' && delta.id !== known.id) ? this.flush() : [];
    const call = this.#begun.get(index) ?? { id: '', name: '', argumentsJson: '' };
    this.#begun.set(index, call);
    if (delta.id !== undefined && delta.id !== '') call.id = delta.id;
    call.name += delta.function?.name ?? '';
    call.argumentsJson += delta.function?.arguments ?? '';
    return complete;
  }

  /** What has begun is complete, unless the answer was cut: of a call that was not is nothing left, since what it asks for is not known. */
  flush({ isCut = false }: { readonly isCut?: boolean } = {}): ToolCall[] {
    const calls = [...this.#begun.values()].filter(({ name, argumentsJson }) => name !== '' && !(isCut && !isJson(argumentsJson)));
    this.#begun.clear();
    return calls.map(({ id, name, argumentsJson }) => {
      this.#count += 1;
      // A server that gives no id still gets its output back under one.
      return {
        type: 'tool-call',
        callId: id === '' ? `call_${this.#count}` : id,
        name,
        argumentsJson: argumentsJson === '' ? '{}' : argumentsJson,
      };
    });
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
