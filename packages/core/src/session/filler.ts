import type { FillerOptions, FillerSource } from '../agent/session.js';
import { holderOf } from '../turn/floor.js';
import type { SessionContext } from './session-context.js';
import type { ToolNews, ToolRun } from './tool-run.js';

const defaultDelayMs = 2000;

/** Says something while a tool runs and nobody speaks. */
export class Filler implements Disposable {
  readonly #context: SessionContext;
  readonly #source: FillerSource;
  readonly #delayMs: number;
  readonly #intervalMs: number | undefined;
  readonly #unlisten: () => void;
  #cancelTimer: () => void = () => {};
  #step = 0;
  #isActive = true;
  /** The source is asked, or what it gave is said. */
  #isFiring = false;
  /** The tool waits for a task, which has the word. */
  #isPaused = false;

  /** @throws {TypeError} A time is none; names it. */
  constructor(
    context: SessionContext,
    run: ToolRun,
    { source, options }: { readonly source: FillerSource; readonly options: FillerOptions },
  ) {
    const { delayMs = defaultDelayMs, intervalMs } = options;
    checkTime('delayMs', delayMs);
    if (intervalMs !== undefined && intervalMs !== null) checkTime('intervalMs', intervalMs);
    this.#context = context;
    this.#source = source;
    this.#delayMs = delayMs;
    this.#intervalMs = intervalMs ?? undefined;
    this.#unlisten = run.listen((what) => this.#onTool(what));
    context.core.emitter.on('agent-state-changed', this.#onActivity);
    context.core.emitter.on('user-state-changed', this.#onActivity);
    if (run.isOver || run.signal.aborted) this.stop();
    else this.#arm();
  }

  /** Says no more. What is being said is said to its end. */
  stop(): void {
    this.#isActive = false;
    this.#cancelTimer();
    this.#unlisten();
    this.#context.core.emitter.off('agent-state-changed', this.#onActivity);
    this.#context.core.emitter.off('user-state-changed', this.#onActivity);
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  readonly #onActivity = (): void => this.#arm();

  #onTool(what: ToolNews): void {
    if (what === 'over') return this.stop();
    if (what !== 'updated') this.#isPaused = what === 'paused';
    this.#arm();
  }

  /** The wait begins anew: whatever was heard meanwhile was better than silence. */
  #arm(): void {
    this.#cancelTimer();
    const waitMs = this.#step === 0 ? this.#delayMs : this.#intervalMs;
    if (!this.#isActive || this.#isFiring || this.#isPaused || waitMs === undefined) return;
    this.#cancelTimer = this.#context.clock.after(waitMs, () => void this.#fire());
  }

  /** Never rejects. */
  async #fire(): Promise<void> {
    if (!this.#isQuiet()) return this.#arm();
    this.#isFiring = true;
    try {
      await this.#say();
    } catch (error) {
      this.#context.report('tool', error, true);
    } finally {
      this.#isFiring = false;
    }
    this.#arm();
  }

  async #say(): Promise<void> {
    const step = this.#step;
    this.#step += 1;
    const text = typeof this.#source === 'string' ? this.#source : await this.#source(step);
    if (!this.#isActive || this.#context.core.state.isClosing) return;
    if (this.#isPaused || !this.#isQuiet()) {
      // Whatever was heard while the source was asked was better than silence; it has not spoken this time.
      this.#step = step;
      return;
    }
    // It is no news that a filler could not be said: that was reported.
    if (text !== undefined && text !== '') await this.#context.session.say(text).then(undefined, () => {});
  }

  #isQuiet(): boolean {
    const { floor, turn, user } = this.#context.core.state;
    return holderOf(floor) === undefined && user !== 'speaking' && turn.text === '';
  }
}

function checkTime(name: string, value: unknown): void {
  if (typeof value !== 'number' || !(value >= 0))
    throw new TypeError(`filler: option "${name}" is ${String(value)}; it must be milliseconds`);
}
