import { isAPIError } from '../provider/api-error.js';
import type { ErrorReport } from './agent-event.js';

/** An error as plain data. Takes anything that can be thrown. */
export function toErrorReport(error: unknown): ErrorReport {
  if (isAPIError(error)) {
    const { name, message, kind, provider, retryable, status } = error;
    return { name, message, kind, provider, retryable, ...(status === undefined ? {} : { status }) };
  }
  if (error instanceof Error) return { name: error.name, message: error.message };
  return { name: 'Error', message: `something that is no error was thrown: ${typeof error}` };
}
