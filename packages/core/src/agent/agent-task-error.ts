const brand = Symbol.for('parley.error.agent-task');

/**
 * Why a task ended without a result of its own: another agent took over (`handed-off`), what awaited it was interrupted (`interrupted`),
 * the session is closed (`closed`), or it was awaited where it never could begin (`misplaced`).
 */
export type AgentTaskErrorCode = 'handed-off' | 'interrupted' | 'closed' | 'misplaced';

/** A task could not be begun, or was ended from outside. */
export class AgentTaskError extends Error {
  override readonly name = 'AgentTaskError';
  readonly [brand] = true;
  readonly code: AgentTaskErrorCode;

  constructor(code: AgentTaskErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

export const isAgentTaskError = (error: unknown): error is AgentTaskError => error instanceof Error && brand in error;

/** Ended from outside, which is no failure of anybody's. */
export const isTaskEnded = (error: unknown): boolean => isAgentTaskError(error) && error.code !== 'misplaced';
