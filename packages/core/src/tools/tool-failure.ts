import { isAPIError } from '../provider/api-error.js';

/** That a tool failed, as it may be told: by the tool's name. What the error says was written for its author, and may hold anything. */
export class ToolFailure extends Error {
  constructor(toolName: string, what: string, cause?: unknown) {
    super(`tool "${toolName}" ${what}`, { cause });
    this.name = cause instanceof Error ? cause.name : 'Error';
  }
}

/** What a tool threw, as it may be told: an error of a provider as it is. */
export function asToolFailure(toolName: string, thrown: unknown): Error {
  if (isAPIError(thrown) || thrown instanceof ToolFailure) return thrown;
  const what =
    thrown instanceof Error
      ? `threw ${thrown.name}; its message is not passed on`
      : `threw a value of type ${typeof thrown}, which is no error`;
  return new ToolFailure(toolName, what, thrown);
}
