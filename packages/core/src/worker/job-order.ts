import type { JobInfo } from './job-context.js';
import type { JsonObject } from '../provider/json.js';

/** A job to be run: plain data, for it travels to the process that runs it. */
export interface JobOrder {
  readonly info: JobInfo;
  /** Secret. */
  readonly connection: JsonObject;
  /** URL of the transport's module. */
  readonly transport: string;
}

/** How a job ended. */
export interface JobEnd {
  readonly outcome: 'succeeded' | 'failed';
  /** In a few words, without secrets or a caller's words: the server is told them. */
  readonly reason: string;
}
