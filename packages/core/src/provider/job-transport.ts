import type { CallIO } from './call-io.js';
import type { Clock } from './clock.js';
import type { JobDescription } from './dispatcher.js';
import type { JsonObject } from './json.js';
import type { Logger } from './logger.js';

/** Joins calls from inside a job's process. A dispatcher names the module that exports one as `jobTransport`. One serves all jobs of its process. */
export interface JobTransport {
  /**
   * Joins the call. Rejects if it cannot, and when `signal` fires: with the signal's reason, having left what it joined.
   *
   * @param connection that of the `JobAssignment`; secret.
   */
  connect(connection: JsonObject, options: JobConnectOptions): Promise<JobRoom>;
  /**
   * Asks for the job once more, on any worker: its own is gone, and cannot. Rejects if it could not. Absent: it cannot.
   *
   * @param connection as for `connect`.
   */
  redispatch?(connection: JsonObject, job: JobDescription): Promise<void>;
  /** Frees what the process holds; called once, after the last room was disposed of, before the process ends. */
  dispose(): Promise<void>;
}

export interface JobConnectOptions {
  /** Which tracks of others are received from the start. */
  readonly autoSubscribe: 'all' | 'audio' | 'video' | 'none';
  /** Passed on to the transport's own library as it is. */
  readonly rtcConfig?: JsonObject;
  /** Passed on to the transport's own library as it is. */
  readonly roomOptions?: JsonObject;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly signal: AbortSignal;
}

export type JobParticipantKind = 'standard' | 'ingress' | 'egress' | 'sip' | 'agent' | 'connector' | 'bridge';

/** Somebody else in the call, as they are now: a value, not kept up to date. */
export interface JobParticipant {
  readonly identity: string;
  readonly name: string;
  readonly kind: JobParticipantKind;
  readonly attributes: Readonly<Record<string, string>>;
  readonly metadata: string;
}

export type JobRoomEvent =
  | { readonly type: 'participant-joined' | 'participant-left'; readonly participant: JobParticipant }
  | { readonly type: 'reconnecting' | 'reconnected' }
  /** Nothing comes after it. `reason` is the transport's own word. */
  | { readonly type: 'disconnected'; readonly reason: string };

/** A call that was joined. Disposing of it leaves the call; twice is harmless. */
export interface JobRoom extends AsyncDisposable {
  readonly name: string;
  readonly localIdentity: string;
  readonly state: 'connected' | 'reconnecting' | 'disconnected';
  /** The ends of the call for a session, where the transport has them itself; absent: they are made of what the transport's library offers. */
  readonly io?: CallIO;
  /** The others, in the order they joined. */
  readonly participants: readonly JobParticipant[];
  /** Called synchronously, after `state` and `participants` have changed; returns the way to stop. Any number of listeners. */
  onEvent(listener: (event: JobRoomEvent) => void): () => void;
}
