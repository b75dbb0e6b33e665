import { isAPIError } from '../provider/api-error.js';
import { ToolFailure } from '../tools/tool-failure.js';
import type { ErrorReport } from './agent-event.js';

/** Of an error that the application's own code threw: its message was written for its author, and may hold anything. Ours is told. */
export function withoutMessage(error: unknown): ErrorReport {
  const report = toErrorReport(error);
  return isAPIError(error) || error instanceof ToolFailure
    ? report
    : { ...report, message: 'the code of the application threw; its message is not passed on' };
}

/** An error as plain data. Takes anything that can be thrown. */
export function toErrorReport(error: unknown): ErrorReport {
  if (isAPIError(error)) {
    const { name, message, kind, provider, retryable, status } = error;
    return { name, message, kind, provider, retryable, ...(status === undefined ? {} : { status }) };
  }
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: `something that is no error was thrown: ${typeof error}` };
}
