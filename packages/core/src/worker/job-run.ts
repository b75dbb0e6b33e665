import type { Clock } from '../provider/clock.js';
import type { JobTransport } from '../provider/job-transport.js';
import type { Logger } from '../provider/logger.js';
import { AbortError, isAbortError } from '../stream/abort-error.js';
import { withDeadline } from '../stream/deadline.js';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { connectionSecrets, jobLogger } from './connection-secrets.js';
import type { AnyAgent } from './define-agent.js';
import { errorKind, errorStack } from './error-text.js';
import { JobCall } from './job-call.js';
import type { JobContext } from './job-context.js';
import type { JobEnd, JobOrder } from './job-order.js';
import type { JobProcess } from './job-process.js';
import { ShutdownCallbacks } from './shutdown-callbacks.js';
import { isTerminationMeant, secondLookMs } from './weigh-termination.js';

/** An entry that has not begun to join by then has forgotten to. */
const joinByMs = 10_000;

export interface JobRunOptions {
  readonly order: JobOrder;
  readonly agent: AnyAgent;
  readonly process: JobProcess;
  readonly loadTransport: (url: string) => Promise<JobTransport>;
  readonly shutdownTimeoutMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One job, from the start of its entry function until the call is left. */
export class JobRun {
  readonly #options: JobRunOptions;
  readonly #logger: Logger;
  readonly #link = linkSignals();
  readonly #callbacks = new ShutdownCallbacks();
  readonly #ended = createDeferred<JobEnd>();
  readonly #completion = createDeferred<string>();
  readonly #logContextFields: JobContext['logContextFields'] = {};
  readonly #call: JobCall;
  readonly #timers = new Set<() => void>();
  #isEnding = false;

  constructor(options: JobRunOptions) {
    const { order, loadTransport, clock, logger } = options;
    this.#options = options;
    this.#logger = jobLogger(logger, {
      secrets: connectionSecrets(order.connection),
      fields: () => ({
        jobId: order.info.id,
        ...(order.info.roomName === undefined ? {} : { room: order.info.roomName }),
        ...this.#logContextFields,
      }),
    });
    this.#call = new JobCall({
      order,
      loadTransport,
      clock,
      logger: this.#logger,
      link: this.#link,
      onDisconnected: (reason) => this.#end({ outcome: 'succeeded', reason: `the call ended: ${reason}` }),
    });
  }

  /** Never rejects. */
  get ended(): Promise<JobEnd> {
    return this.#ended.promise;
  }

  start(): void {
    this.#after(joinByMs, () => {
      if (!this.#call.isJoined) this.#logger.log('warn', `the entry function has not called context.connect() within ${joinByMs} ms`);
    });
    void this.#runEntry();
  }

  /** The server wants it over, which it can want by mistake. */
  terminate(): void {
    this.#after(secondLookMs, () => {
      const { room, reconnectedAtMs } = this.#call;
      if (isTerminationMeant({ room: room?.state, reconnectedAtMs, nowMs: this.#options.clock.now() }))
        this.#end({ outcome: 'succeeded', reason: 'terminated by the server' });
      else this.#logger.log('info', 'the server terminated the job because its connection was lost for a moment: it goes on');
    });
  }

  /**
   * Ends it in order, though the call goes on.
   *
   * @param limitMs Of the callbacks together; whoever ends the whole process has a limit of their own.
   */
  shutdown(reason: string, limitMs: number = this.#options.shutdownTimeoutMs): void {
    this.#end({ outcome: 'cut-off', reason }, limitMs);
  }

  /** Its worker is gone, and cannot do anything about it: asks for the job once more, if that is wanted, and leaves. Never rejects. */
  async abandon(): Promise<void> {
    // One that ends already is left as it is.
    if (this.#isEnding) return;
    this.#isEnding = true;
    this.#link.abort(new AbortError('the worker of the job is gone'));
    await Promise.all([this.#askAgain(), this.#call.leave()]);
  }

  async #askAgain(): Promise<void> {
    const { order, loadTransport } = this.#options;
    if (order.isAskedAgainIfLost !== true) return this.#logger.log('error', 'the worker is gone: its job has ended');
    try {
      const transport = await loadTransport(order.transport);
      if (transport.redispatch === undefined) throw new Error('its transport has no way to');
      await transport.redispatch(order.connection, order.info);
      this.#logger.log('error', 'the worker is gone: its job has ended, and was asked for once more');
    } catch (error) {
      this.#logger.log('error', 'the worker is gone: its job has ended, and could not be asked for once more', {
        error: errorStack(error),
      });
    }
  }

  async #runEntry(): Promise<void> {
    try {
      await this.#options.agent.entry(this.#context());
    } catch (error) {
      this.#onEntryFailed(error);
      return;
    }
    if (this.#call.isJoined) return;
    this.#after(joinByMs, () => {
      if (this.#call.isJoined) return;
      this.#logger.log(
        'error',
        'the entry function has returned and did not join the call; call context.connect(), or context.shutdown() if there is nothing to do',
      );
      this.#end({ outcome: 'failed', reason: 'the entry function returned without joining the call' });
    });
  }

  #onEntryFailed(error: unknown): void {
    // What was under way when the job shut down was aborted.
    if (this.#isEnding && isAbortError(error)) return;
    const when = this.#isEnding
      ? 'while the job shut down'
      : this.#call.room === undefined
        ? 'before it had joined the call'
        : 'in the call';
    this.#logger.log('error', `the entry function failed ${when}`, { error: errorStack(error) });
    this.#end({ outcome: 'failed', reason: `the entry function failed ${when} (${errorKind(error)})` });
  }

  #end(end: JobEnd, limitMs: number = this.#options.shutdownTimeoutMs): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    void this.#finish(end, limitMs);
  }

  async #finish(end: JobEnd, limitMs: number): Promise<void> {
    const { clock } = this.#options;
    const logger = this.#logger;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    logger.log('info', 'the job shuts down', { reason: end.reason });
    this.#link.abort(new AbortError(`the job shuts down: ${end.reason}`));
    const callbacks = this.#callbacks.run(end.reason, { clock, logger });
    const onTimeout = () => new Error(`the shutdown callbacks took more than ${limitMs} ms together`);
    await (limitMs === Infinity ? callbacks : withDeadline(callbacks, { clock, timeoutMs: limitMs, onTimeout })).catch((error: unknown) =>
      logger.log('error', 'the shutdown callbacks are left behind', { error: errorStack(error) }),
    );
    await this.#call.leave();
    this.#completion.resolve(end.reason);
    this.#ended.resolve(end);
  }

  #after(delayMs: number, callback: () => void): void {
    if (this.#isEnding) return;
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(cancel);
      callback();
    });
    this.#timers.add(cancel);
  }

  #context(): JobContext {
    const call = this.#call;
    const { order } = this.#options;
    return {
      process: this.#options.process,
      info: order.info,
      logger: this.#logger,
      logContextFields: this.#logContextFields,
      signal: this.#link.signal,
      completion: this.#completion.promise,
      get room() {
        return call.room;
      },
      get publisher() {
        const { participantIdentity } = order.info;
        return participantIdentity === undefined
          ? undefined
          : call.room?.participants.find(({ identity }) => identity === participantIdentity);
      },
      connect: async (options) => call.connect(options),
      waitForParticipant: (options) => call.waitForParticipant(options),
      addShutdownCallback: (callback, options) => this.#callbacks.add(callback, options?.timeoutMs),
      shutdown: (reason = 'the agent asked for it') => this.#end({ outcome: 'succeeded', reason }),
    };
  }
}
