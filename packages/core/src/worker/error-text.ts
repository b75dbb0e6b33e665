/** What went wrong, for a line of the log: `TypeError: …`. */
export const errorText = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** The kind of error alone, for those who may not read what is in it: a message can hold a caller's words. */
export const errorKind = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** With the lines that say where, as far as there are any. */
export const errorStack = (error: unknown): string => (error instanceof Error ? (error.stack ?? errorText(error)) : String(error));
