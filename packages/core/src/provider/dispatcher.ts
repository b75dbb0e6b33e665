import type { Clock } from './clock.js';
import type { JsonObject } from './json.js';
import type { Logger } from './logger.js';

/** Where jobs come from. LiveKit's server is one; the playground another. */
export interface Dispatcher extends AsyncDisposable {
  /**
   * The `transport` of the jobs to come, if it is always the same: processes that are kept warm load it before they have a job. Absent: each
   * loads it with its first job.
   */
  readonly transport?: string;
  /** Registers and keeps registered; yields until closed. */
  run(worker: {
    readonly clock: Clock;
    readonly logger: Logger;
    readonly load: () => { readonly load: number; readonly accepting: boolean; readonly jobs: number };
    readonly signal: AbortSignal;
  }): AsyncIterable<DispatcherEvent>;
}

export type DispatcherEvent =
  | { readonly type: 'registered'; readonly workerId: string }
  /** `reason` is for the worker's log, which tells of it once: it holds no key or token. */
  | { readonly type: 'disconnected'; readonly retryInMs: number; readonly reason?: string }
  /** Must be answered before `deadlineMs` on the clock, or it is lost. */
  | {
      readonly type: 'offer';
      readonly job: JobDescription;
      readonly deadlineMs: number;
      accept(as: {
        readonly identity: string;
        readonly name?: string;
        readonly metadata?: string;
        readonly attributes?: Readonly<Record<string, string>>;
      }): Promise<JobAssignment>;
      reject(options?: { readonly final?: boolean }): void;
      /** As those of an assignment, for a job that was accepted and that the server then gave up without a word. Absent: it cannot. */
      redispatch?(): Promise<void>;
      endRoom?(): Promise<void>;
    }
  | { readonly type: 'terminate'; readonly jobId: string };

export interface JobDescription {
  readonly id: string;
  readonly type: 'room' | 'publisher' | 'participant';
  readonly agentName: string;
  readonly metadata: string;
  readonly roomName?: string;
  readonly participantIdentity?: string;
  /** It was asked for once more, after it had failed elsewhere; it is not asked for a third time. */
  readonly redispatched?: boolean;
}

/** A job that was accepted and is this worker's now. */
export interface JobAssignment {
  readonly job: JobDescription;
  /** What the transport in the job process needs to join; secret: never logged. Plain data, for it travels to that process. */
  readonly connection: JsonObject;
  /** URL (`file:`) of the module whose export `jobTransport`, a `JobTransport`, joins the call in the job's process. */
  readonly transport: string;
  /** Tells the dispatcher how the job stands. `error` is a short text without secrets or a caller's words. Never throws. */
  report(status: 'running' | 'succeeded' | 'failed', error?: string): void;
  /** Asks for the job once more, on any worker: the server offers nothing again by itself. Rejects if it could not. */
  redispatch(): Promise<void>;
  /** Ends the call for all who are in it. Rejects if it could not. */
  endRoom(): Promise<void>;
}
