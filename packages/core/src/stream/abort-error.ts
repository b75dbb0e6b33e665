/** What an aborted call rejects with, and the reason of every signal of ours: an `Error` named `AbortError`. */
export class AbortError extends Error {
  override readonly name = 'AbortError';

  constructor(message = 'the call was aborted', options?: { readonly cause?: unknown }) {
    super(message, options);
  }
}

/** Being aborted is not a failure: callers check for it before they log or retry. */
export const isAbortError = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
