import type { JobDescription } from '../provider/dispatcher.js';
import type { JobParticipant, JobParticipantKind, JobRoom } from '../provider/job-transport.js';
import type { JsonObject } from '../provider/json.js';
import type { Logger } from '../provider/logger.js';
import type { JobProcess } from './job-process.js';

/** One job, as its entry function sees it. */
export interface JobContext<Data extends object = Record<string, unknown>> {
  readonly process: JobProcess<Data>;
  readonly info: JobInfo;
  /** The call; defined once connected. */
  readonly room: JobRoom | undefined;
  /** Of a job of type `publisher` or `participant`: whom it is about, once connected and while they are in the call. */
  readonly publisher: JobParticipant | undefined;
  /** Writes to the worker's log, each line with the job's id and `logContextFields`. Give it to the session. */
  readonly logger: Logger;
  /** Stand in each further line of the job's log. Add to it what you want to find calls by. */
  readonly logContextFields: Record<string, string | number | boolean>;
  /** Fires when the job begins to shut down; the reason is an `AbortError`. */
  readonly signal: AbortSignal;
  /** Settles with the reason once the job is over: the callbacks have run, and the call was left. Never rejects. */
  readonly completion: Promise<string>;

  /**
   * Joins the call. Asked again it gives what it gave.
   *
   * @throws What the transport fails with; or an `AbortError`, once the job shuts down.
   */
  connect(options?: JoinOptions): Promise<JobRoom>;
  /**
   * The first participant that fits, whether already there or yet to come.
   *
   * @throws {WorkerError} code `participant-timeout`: nobody came in time; `not-connected`: not connected, or the call ended meanwhile.
   */
  waitForParticipant(options?: WaitForParticipantOptions): Promise<JobParticipant>;
  /**
   * Called when the job shuts down, while it is still in the call, with the reason; in the order added, one after the other, all of them even
   * if one fails or takes too long. Added during the shutdown it is still called.
   *
   * @param options.timeoutMs How long it is waited for: 10,000 unless given. All of them together have the worker's `shutdownTimeoutMs`.
   */
  addShutdownCallback(callback: (reason: string) => unknown, options?: { readonly timeoutMs?: number | undefined }): void;
  /** Ends the job in order: the callbacks, then leaving the call. The call itself goes on for the others in it. */
  shutdown(reason?: string): void;
}

export interface JobInfo extends JobDescription {
  /** As whom the job was accepted. */
  readonly identity: string;
  /** As the dispatcher's server knows the worker; empty if it has no name for it. */
  readonly workerId: string;
}

export interface JoinOptions {
  /** Which tracks of others are received from the start: `all` unless given. */
  readonly autoSubscribe?: 'all' | 'audio' | 'video' | 'none' | undefined;
  /** Passed on to the transport. */
  readonly rtcConfig?: JsonObject | undefined;
  /** Passed on to the transport. */
  readonly roomOptions?: JsonObject | undefined;
  /** Whom `waitForParticipant` waits for unless told otherwise: `standard`, `sip` and `connector` unless given. */
  readonly participantKinds?: readonly JobParticipantKind[] | undefined;
}

export interface WaitForParticipantOptions {
  /** Only this one. */
  readonly identity?: string | undefined;
  /** 10,000 unless given. */
  readonly timeoutMs?: number | undefined;
  /** As given to `connect`, unless given here. */
  readonly participantKinds?: readonly JobParticipantKind[] | undefined;
}
