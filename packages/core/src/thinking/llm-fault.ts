import type { LLMEvent } from '../provider/llm.js';

/** The rule of the LLM's contract that an event breaks; nothing, if it keeps it. */
export function llmFault(event: LLMEvent, hasFinished: boolean): string | undefined {
  if (typeof event !== 'object' || event === null) return 'gave an event that is no object';
  switch (event.type) {
    // What a response cost may be known late.
    case 'usage':
    case 'response-metadata':
      return undefined;
    case 'finish':
      return hasFinished ? 'finished twice' : undefined;
    case 'text-delta':
    case 'reasoning-delta':
      if (typeof event.text !== 'string') return 'gave text that is no text';
      return hasFinished ? 'gave text after it had finished' : undefined;
    case 'tool-call': {
      const { callId, name, argumentsJson } = event;
      if ([callId, name, argumentsJson].some((field) => typeof field !== 'string')) return 'called a tool without id, name or arguments';
      return hasFinished ? 'called a tool after it had finished' : undefined;
    }
    case 'flush':
    case 'opaque':
      return hasFinished ? 'gave a part of its response after it had finished' : undefined;
    default:
      return 'gave an event of a type that is not known';
  }
}
