import type { JobInfo } from './job-context.js';
import type { JsonObject } from '../provider/json.js';

/** A job to be run: plain data, for it travels to the process that runs it. */
export interface JobOrder {
  readonly info: JobInfo;
  /** Secret. */
  readonly connection: JsonObject;
  /** URL of the transport's module. */
  readonly transport: string;
  /** Whether the job's process is to ask for it once more when its worker is gone. */
  readonly isAskedAgainIfLost?: boolean;
}

/** How a job ended. */
export interface JobEnd {
  /** `cut-off`: it went well until its worker ended it, at its close or when a drain took too long. */
  readonly outcome: 'succeeded' | 'failed' | 'cut-off';
  /** In a few words, without secrets or a caller's words: the server is told them. */
  readonly reason: string;
}
