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
      ? `threw ${thrown.name}; its message is in the log, at level "debug"`
      : `threw a value of type ${typeof thrown}, which is no error`;
  return new ToolFailure(toolName, what, thrown);
}

/** What a tool threw with all that it says, as plain data: for the application's own log, and for nobody else. */
export function thrownInFull(thrown: unknown): Readonly<Record<string, string>> {
  if (!(thrown instanceof Error)) return { thrown: inText(thrown) };
  const { name, message, stack = '', cause } = thrown;
  return { name, message, stack, ...(cause === undefined ? {} : { cause: cause instanceof Error ? cause.message : inText(cause) }) };
}

/** Of what is no text only what it is: making one of it may throw. */
const inText = (value: unknown): string => (typeof value === 'string' ? value : typeof value);
