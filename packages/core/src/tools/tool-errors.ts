const toolErrorBrand = Symbol.for('parley.error.tool');
const stopResponseBrand = Symbol.for('parley.error.stop-response');

/** Thrown by a tool: the model reads the message, and can act on it. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  readonly [toolErrorBrand] = true;
}

/** Thrown by a tool or by `onUserTurnCompleted`: no reply to this. */
export class StopResponse extends Error {
  override readonly name = 'StopResponse';
  readonly [stopResponseBrand] = true;

  constructor() {
    super('no reply is wanted');
  }
}

export const isToolError = (error: unknown): error is ToolError => error instanceof Error && toolErrorBrand in error;
export const isStopResponse = (error: unknown): error is StopResponse => error instanceof Error && stopResponseBrand in error;
