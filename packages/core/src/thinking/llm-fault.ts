import type { LLMEvent } from '../provider/llm.js';
import { receiptFault } from '../stream/receipt-fault.js';

/** The rule of the LLM's contract that an event breaks; nothing, if it keeps it. */
export function llmFault(event: LLMEvent, hasFinished: boolean): string | undefined {
  if (typeof event !== 'object' || event === null) return 'gave an event that is no object';
  switch (event.type) {
    // What a response cost may be known late.
    case 'usage':
    case 'response-metadata':
      return receiptFault(event);
    case 'finish':
      return hasFinished ? 'finished twice' : undefined;
    case 'text-delta':
    case 'reasoning-delta':
      if (typeof event.text !== 'string') return 'gave text that is no text';
      return hasFinished ? 'gave text after it had finished' : undefined;
    case 'tool-call': {
      const { callId, name, argumentsJson, providerMetadata } = event;
      if ([callId, name, argumentsJson].some((field) => typeof field !== 'string')) return 'called a tool without id, name or arguments';
      if (providerMetadata !== undefined && !isRecord(providerMetadata)) return 'gave metadata that is no object';
      return hasFinished ? 'called a tool after it had finished' : undefined;
    }
    case 'opaque':
      if (!isRecord(event.providerMetadata)) return 'gave metadata that is no object';
      return hasFinished ? 'gave a part of its response after it had finished' : undefined;
    case 'flush':
      return hasFinished ? 'gave a part of its response after it had finished' : undefined;
    default:
      return 'gave an event of a type that is not known';
  }
}

const isRecord = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
