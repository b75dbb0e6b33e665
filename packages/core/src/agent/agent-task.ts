import type { ConversationItem } from '../chat/conversation-item.js';
import { createDeferred } from '../stream/deferred.js';
import type { Tool } from '../tools/tool.js';
import { type ToolsInput, toolList } from '../tools/tool-list.js';
import { Agent } from './agent.js';
import type { AgentOptions } from './agent-constructor-options.js';
import { AgentTaskError } from './agent-task-error.js';
import { type RunningCode, runningCode } from './running-code.js';
import type { RunContext, Session } from './session.js';
import { type HostedTask, taskHostOf } from './task-host.js';

const brand = Symbol.for('parley.agent-task');

/** With methods, so that a task of a text is a task of whatever. */
interface Outcome<Result> {
  readonly promise: Promise<Result>;
  resolve(result: Result): void;
  reject(error: unknown): void;
}

/**
 * An agent that takes over for as long as one thing needs, and gives back a result: awaiting it is running it.
 *
 * Awaited in a hook or a tool of an agent, it takes over from that agent, which waits with its tools and its place in the call; after
 * `complete` or `fail` that agent has the word again, without a new `onEnter`, and knows what was said meanwhile. One task runs at a time:
 * others that are awaited wait for their turn, but for those that the task itself awaits. A task is run once: awaiting it again gives the
 * same outcome.
 *
 * @example
 * ```ts
 * class CollectName extends AgentTask<string> {
 *   constructor() {
 *     super({
 *       instructions: 'Ask for the name of the caller.',
 *       tools: {
 *         setName: tool({
 *           description: 'Call it once the caller has said the name.',
 *           parameters: z.object({ name: z.string() }),
 *           execute: ({ name }) => void this.complete(name),
 *         }),
 *       },
 *     });
 *   }
 *   override onEnter(): void {
 *     this.session.say('What is your name?');
 *   }
 * }
 * const name = await new CollectName();
 * ```
 * @throws {AgentTaskError} When awaited: it was ended from outside, or could not begin; `code` says why.
 */
export class AgentTask<Result = void> extends Agent implements PromiseLike<Result>, HostedTask {
  readonly [brand] = true;
  readonly settled: Promise<void>;
  readonly #outcome: Outcome<Result> = createDeferred<Result>();
  #listeners: (() => void)[] = [];
  #lent: ToolsInput<RunContext> = {};
  #isDone = false;
  /** In which tool it was completed. */
  #completer: RunningCode | undefined;
  #running: { readonly session: Session; readonly outcome: Promise<Result> } | undefined;

  constructor(options: AgentOptions) {
    super(options);
    const over = () => {};
    this.settled = this.#outcome.promise.then(over, over);
  }

  /** It was completed, or has failed. */
  get isDone(): boolean {
    return this.#isDone;
  }

  override get tools(): Tool<RunContext>[] {
    return toolList(super.tools, this.#lent);
  }

  /** It is done, with this result. Returns false if it was over already: then nothing happens. */
  complete(result: Result): boolean {
    return this.#settle(() => this.#outcome.resolve(result));
  }

  /** It cannot be done: whoever awaits it is thrown this. Returns false if it was over already: then nothing happens. */
  fail(error: unknown): boolean {
    return this.#settle(() => this.#outcome.reject(error));
  }

  /**
   * What awaiting it does. Outside of hooks and tools, name the session.
   *
   * @throws {AgentTaskError} It cannot begin here, or was ended from outside.
   */
  run({ session }: { readonly session?: Session | null | undefined } = {}): Promise<Result> {
    const code = runningCode();
    const present = this.#running?.session ?? session ?? code?.session;
    if (present === undefined || present === null) return Promise.reject(awaitedNowhere(this.label));
    const own = code?.session === present ? code : undefined;
    if (this.#running === undefined) {
      const running = this.#isDone ? Promise.resolve() : taskHostOf(present).run(this, own);
      this.#running = { session: present, outcome: running.then(() => this.#outcome.promise) };
    } else if (!this.#isDone) {
      try {
        taskHostOf(present).checkWait(this, own);
      } catch (error) {
        return Promise.reject(error);
      }
    }
    return this.#running.outcome;
  }

  then<A = Result, B = never>(
    onDone?: ((result: Result) => A | PromiseLike<A>) | null,
    onFailure?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.run().then(onDone, onFailure);
  }

  onSettled(listener: () => void): void {
    if (this.#isDone) listener();
    else this.#listeners.push(listener);
  }

  async lastWords(): Promise<void> {
    await this.#completer?.waitForPlayout?.();
  }

  /** For a group: tools that it has beside its own. @throws {TypeError} One has the name of another. */
  lendTools(tools: ToolsInput<RunContext>): void {
    toolList(super.tools, tools);
    this.#lent = tools;
  }

  /** What its caller shall know of it afterwards; by default the messages that were exchanged in it. */
  itemsForCaller(exchanged: readonly ConversationItem[]): readonly ConversationItem[] {
    return exchanged;
  }

  #settle(settle: () => void): boolean {
    if (this.#isDone) return false;
    this.#isDone = true;
    this.#completer = runningCode();
    settle();
    for (const listener of this.#listeners.splice(0)) listener();
    return true;
  }
}

/** Holds for tasks of another installed copy too. */
export const isAgentTask = (value: unknown): value is AgentTask<unknown> => typeof value === 'object' && value !== null && brand in value;

const awaitedNowhere = (label: string): AgentTaskError =>
  new AgentTaskError('misplaced', `task "${label}" is awaited outside of any hook or tool: await it in one, or use run({ session })`);
