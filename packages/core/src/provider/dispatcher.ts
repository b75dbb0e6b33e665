import type { Clock } from './clock.js';
import type { JsonObject } from './json.js';
import type { Logger } from './logger.js';

/** Where jobs come from. LiveKit's server is one; the playground another. */
export interface Dispatcher extends AsyncDisposable {
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
  | { readonly type: 'disconnected'; readonly retryInMs: number }
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
    }
  | { readonly type: 'terminate'; readonly jobId: string };

export interface JobDescription {
  readonly id: string;
  readonly type: 'room' | 'publisher' | 'participant';
  readonly agentName: string;
  readonly metadata: string;
  readonly roomName?: string;
  readonly participantIdentity?: string;
}

export interface JobAssignment {
  readonly job: JobDescription;
  /** What the transport in the job process needs to join; secret. */
  readonly connection: JsonObject;
  report(status: 'running' | 'succeeded' | 'failed', error?: string): void;
}
