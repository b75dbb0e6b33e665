import type { Clock } from '../provider/clock.js';
import type { JobParticipant, JobParticipantKind, JobRoom, JobRoomEvent, JobTransport } from '../provider/job-transport.js';
import type { Logger } from '../provider/logger.js';
import { withDeadline } from '../stream/deadline.js';
import type { LinkedSignal } from '../stream/linked-signal.js';
import { errorText } from './error-text.js';
import type { JoinOptions, WaitForParticipantOptions } from './job-context.js';
import type { JobOrder } from './job-order.js';
import { callerKinds, checkConnectOptions, checkWaitOptions } from './read-connect-options.js';
import { waitForParticipant } from './wait-for-participant.js';
import { WorkerError } from './worker-error.js';

const connectTimeoutMs = 30_000;
const leaveTimeoutMs = 5000;
const waitTimeoutMs = 10_000;

export interface JobCallOptions {
  readonly order: JobOrder;
  readonly loadTransport: (url: string) => Promise<JobTransport>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Fires when the job shuts down. */
  readonly link: LinkedSignal;
  readonly onDisconnected: (reason: string) => void;
}

/** A job's place in its call: joining, who is there, leaving. */
export class JobCall {
  readonly #options: JobCallOptions;
  #connecting: Promise<JobRoom> | undefined;
  #room: JobRoom | undefined;
  #kinds = callerKinds;
  #reconnectedAtMs: number | undefined;

  constructor(options: JobCallOptions) {
    this.#options = options;
  }

  get room(): JobRoom | undefined {
    return this.#room;
  }

  /** Joined, or about to. */
  get isJoined(): boolean {
    return this.#connecting !== undefined;
  }

  /** When the room last lost its connection or had it back, on the clock; undefined: never. */
  get reconnectedAtMs(): number | undefined {
    return this.#reconnectedAtMs;
  }

  connect(options: JoinOptions = {}): Promise<JobRoom> {
    checkConnectOptions(options);
    this.#connecting ??= this.#join(options).catch((error: unknown) => {
      this.#connecting = undefined;
      throw error;
    });
    return this.#connecting;
  }

  async waitForParticipant(options: WaitForParticipantOptions = {}): Promise<JobParticipant> {
    checkWaitOptions(options);
    const { identity, timeoutMs, participantKinds } = options;
    if (this.#room === undefined) throw new WorkerError('not-connected', 'waitForParticipant: call `await context.connect()` first');
    // Whoever is named is meant, whatever their kind.
    const kinds = participantKinds ?? (identity === undefined ? this.#kinds : undefined);
    return waitForParticipant(this.#room, {
      clock: this.#options.clock,
      timeoutMs: timeoutMs ?? waitTimeoutMs,
      fits: (one) => (identity === undefined || one.identity === identity) && (kinds === undefined || kinds.includes(one.kind)),
      who: whoIs(identity, kinds),
    });
  }

  /** Leaves the call, if it was joined. Never rejects. */
  async leave(): Promise<void> {
    const { clock, logger } = this.#options;
    const onTimeout = () => new Error(`it took more than ${leaveTimeoutMs} ms`);
    await withDeadline(this.#leave(), { clock, timeoutMs: leaveTimeoutMs, onTimeout }).catch((error: unknown) =>
      logger.log('warn', 'the call could not be left in order', { error: errorText(error) }),
    );
  }

  async #leave(): Promise<void> {
    // One that is still joining leaves by itself: its signal has fired.
    await this.#connecting?.catch(() => {});
    await this.#room?.[Symbol.asyncDispose]();
  }

  async #join({ autoSubscribe, rtcConfig, roomOptions, participantKinds }: JoinOptions): Promise<JobRoom> {
    const { order, loadTransport, clock, logger, link } = this.#options;
    if (participantKinds !== undefined && participantKinds !== null) this.#kinds = participantKinds;
    const { signal } = link;
    if (signal.aborted) throw signal.reason;
    const transport = await loadTransport(order.transport);
    const joining = transport.connect(order.connection, {
      autoSubscribe: autoSubscribe ?? 'all',
      ...(rtcConfig ? { rtcConfig } : {}),
      ...(roomOptions ? { roomOptions } : {}),
      clock,
      logger,
      signal,
    });
    const onTimeout = () => new WorkerError('not-connected', `the call could not be joined within ${connectTimeoutMs} ms`);
    const inTime = withDeadline(joining, { clock, timeoutMs: connectTimeoutMs, onTimeout });
    const room = await inTime.catch(async (error: unknown) => {
      // Joined after all, too late: nobody would leave it.
      void joining.then((late) => late[Symbol.asyncDispose]()).catch(() => {});
      throw error;
    });
    if (link.aborted) {
      await room[Symbol.asyncDispose]();
      throw signal.reason;
    }
    this.#room = room;
    // Until the job is over: a room that was left has nobody to call.
    room.onEvent((event) => this.#onEvent(event));
    if (room.state === 'disconnected') this.#onEvent({ type: 'disconnected', reason: 'the call was over at once' });
    return room;
  }

  #onEvent(event: JobRoomEvent): void {
    const { clock, logger, onDisconnected } = this.#options;
    if (event.type === 'reconnecting' || event.type === 'reconnected') {
      this.#reconnectedAtMs = clock.now();
      logger.log(
        'info',
        event.type === 'reconnecting'
          ? 'the connection to the call was lost, and is tried for again'
          : 'the connection to the call is back',
      );
    } else if (event.type === 'disconnected') onDisconnected(event.reason);
  }
}

function whoIs(identity: string | undefined, kinds: readonly JobParticipantKind[] | undefined): string {
  const ofKind = kinds === undefined ? '' : ` of kind ${kinds.join(', ')}`;
  return identity === undefined ? `a participant${ofKind}` : `participant "${identity}"${ofKind}`;
}
