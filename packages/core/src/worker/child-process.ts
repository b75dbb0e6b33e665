import type { Clock } from '../provider/clock.js';
import type { JsonObject } from '../provider/json.js';
import type { Logger } from '../provider/logger.js';
import { withDeadline } from '../stream/deadline.js';
import { errorStack, errorText } from './error-text.js';
import { JobRunner } from './job-runner.js';
import { loadAgent } from './load-module.js';
import { type ParentWatch, watchParent } from './parent-watch.js';
import { type ChildMessage, type ParentMessage, readParentMessage } from './process-message.js';

/** The process that all of this runs in, as far as it matters here. */
export interface OwnProcess {
  /** Settles once the message has left the process. */
  send(message: ChildMessage): Promise<void>;
  usedMb(): number;
  /** For what there is to tell when the worker does not listen any more. */
  readonly lastWords: Logger;
  exit(code: number): void;
}

/** Exit codes of a job process. Others are Node's, or the agent's own. */
const exitCodes = { inOrder: 0, failed: 1, withoutWorker: 3 } as const;
const bytesPerMb = 1_048_576;
/**
 * For jobs to be asked for once more when the worker is gone, on a machine that is busy, and at a server that refuses for a few seconds, too. The
 * guard kills the process three seconds later: one that is busy notices late.
 */
const abandonMs = 17_000;
/** Lines on their way to a worker that does not keep up. Further ones are left out, and counted. */
const mostLinesUnderWay = 10_000;

/** What runs in a job process: does what its worker says, and ends with it. */
export class JobChild {
  readonly #own: OwnProcess;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #runner: JobRunner | undefined;
  #watch: ParentWatch | undefined;
  #lastSent: Promise<void> = Promise.resolve();
  #isAlone = false;
  #linesUnderWay = 0;
  #linesLeftOut = 0;

  constructor(own: OwnProcess, clock: Clock) {
    this.#own = own;
    this.#clock = clock;
    this.#logger = {
      log: (level, message, fields = {}) => {
        if (this.#isAlone) own.lastWords.log(level, message, { ...plain(fields), pid: process.pid });
        else this.#sendLine({ type: 'log', level, message, fields: plain(fields) });
      },
    };
  }

  /** Whatever came from the worker. What is not understood is left alone. */
  onMessage(value: unknown): void {
    const message = readParentMessage(value);
    if (message === undefined) this.#logger.log('warn', 'a message of the worker was not understood, and ignored');
    else void this.#obey(message);
  }

  /** The worker is gone: its jobs are asked for once more, and left. */
  async onDisconnect(): Promise<void> {
    this.#isAlone = true;
    const onTimeout = () => new Error(`it took more than ${abandonMs} ms`);
    await withDeadline(this.#runner?.abandon() ?? Promise.resolve(), { clock: this.#clock, timeoutMs: abandonMs, onTimeout }).catch(
      (error: unknown) =>
        this.#logger.log('error', 'the worker is gone: not all of its jobs could be left in order', { error: errorText(error) }),
    );
    this.#own.exit(exitCodes.withoutWorker);
  }

  /** Nobody caught it: what state the process is in is not known, so it ends. */
  onUncaughtException(error: unknown): void {
    this.#logger.log('error', 'an error that nobody caught ends the job process', { error: errorStack(error) });
    void this.#exit(exitCodes.failed);
  }

  /** A promise failed that nobody waited for. The other calls of this process go on. */
  onUnhandledRejection(error: unknown): void {
    this.#logger.log('error', 'a promise failed, and nobody handled it', { error: errorStack(error) });
  }

  async #obey(message: ParentMessage): Promise<void> {
    switch (message.type) {
      case 'initialize':
        return this.#initialize(message);
      case 'ping':
        this.#watch?.asked();
        return this.#send({ type: 'pong', usedMb: this.#own.usedMb() });
      case 'start-job':
        return this.#runJob(message);
      case 'terminate-job':
        return this.#runner?.terminate(message.jobId);
      case 'shutdown':
        await this.#runner?.shutdown(message.reason);
        return this.#exit(exitCodes.inOrder);
      default:
        return message satisfies never;
    }
  }

  async #initialize({ agent, transport, shutdownTimeoutMs }: ParentMessage & { readonly type: 'initialize' }): Promise<void> {
    this.#watch = watchParent({ clock: this.#clock, onLost: () => this.#own.exit(exitCodes.withoutWorker) });
    const runner = new JobRunner({ shutdownTimeoutMs, clock: this.#clock, logger: this.#logger });
    try {
      if (transport !== undefined) await runner.loadTransport(transport);
      await runner.initialize(await loadAgent(agent));
    } catch (error) {
      this.#send({ type: 'initialize-failed', error: errorStack(error) });
      return this.#exit(exitCodes.failed);
    }
    this.#runner = runner;
    this.#send({ type: 'initialized' });
  }

  async #runJob({ order }: ParentMessage & { readonly type: 'start-job' }): Promise<void> {
    const jobId = order.info.id;
    this.#send({ type: 'job-running', jobId });
    const end = (await this.#runner?.run(order)) ?? { outcome: 'failed', reason: 'the process was not initialized' };
    this.#send({ type: 'job-ended', jobId, end });
  }

  #sendLine(line: ChildMessage): void {
    if (this.#linesUnderWay >= mostLinesUnderWay) {
      this.#linesLeftOut += 1;
      return;
    }
    this.#linesUnderWay += 1;
    this.#send(line);
    void this.#lastSent.then(() => this.#onLineSent());
  }

  #onLineSent(): void {
    this.#linesUnderWay -= 1;
    if (this.#linesLeftOut === 0) return;
    const count = this.#linesLeftOut;
    this.#linesLeftOut = 0;
    this.#sendLine({
      type: 'log',
      level: 'warn',
      message: `${count} lines of the log were left out: there were too many at once`,
      fields: {},
    });
  }

  #send(message: ChildMessage): void {
    this.#lastSent = this.#own.send(message);
  }

  /** Once all that was said has left. */
  async #exit(code: number): Promise<void> {
    await this.#lastSent;
    this.#own.exit(code);
  }
}

/** Fields as they arrive: a logger is given whatever a caller has. */
function plain(fields: JsonObject): JsonObject {
  try {
    JSON.stringify(fields);
    return fields;
  } catch {
    return { fields: 'no JSON' };
  }
}

export const toMb = (bytes: number): number => Math.round((bytes / bytesPerMb) * 10) / 10;
