/** The command line, or an option, makes no sense; the message says what to change, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
