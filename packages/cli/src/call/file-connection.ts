import type { JsonObject } from '@parley/core/provider';

/** What a job's process is told of a call that is played from a file. */
export interface FileConnection {
  /** WAV file that holds what the caller says. */
  readonly input: string;
  /** Folder for the call's files; it is there. */
  readonly folder: string;
  readonly title: string;
}

export const fileConnection = ({ input, folder, title }: FileConnection): JsonObject => ({ input, folder, title });

/** @throws {TypeError} Whoever made it was no `fileCallDispatcher`. */
export function readFileConnection({ input, folder, title }: JsonObject): FileConnection {
  if (typeof input === 'string' && typeof folder === 'string' && typeof title === 'string') return { input, folder, title };
  throw new TypeError('an assignment of a call from a file holds input, folder and title');
}
