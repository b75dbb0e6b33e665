import { Agent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import { isAgentTask } from '../agent/agent-task.js';
import { AgentTaskError } from '../agent/agent-task-error.js';
import { type RunningCode, runningCode } from '../agent/running-code.js';
import type { UpdateAgentOptions } from '../agent/session.js';
import type { Toolset } from '../provider/toolset.js';
import { type HostedTask, hostTasks, type TaskHost } from '../agent/task-host.js';
import type { AgentConnections } from './agent-connections.js';
import { AgentExits } from './agent-exits.js';
import { agentRuntime } from './agent-runtime.js';
import { enterAgent } from './enter-agent.js';
import { failTasks } from './fail-tasks.js';
import { OptionsInForce } from './options-in-force.js';
import type { SessionContext } from './session-context.js';
import type { ResolvedOptions } from './session-options.js';
import { tellAwaiting } from './tell-awaiting.js';

/** Who talks to the caller: the agent, above it the task it waits for, above that the task of that task. The topmost has the word. */
export class AgentRunner implements TaskHost {
  readonly #context: SessionContext;
  readonly #connections: AgentConnections;
  /** From the agent to the topmost task. */
  #stack: readonly Agent[] = [];
  /** On their way out: they await nothing any more. */
  readonly #leaving = new Set<Agent>();
  readonly #exits: AgentExits;
  /** They have left, and are still heard. */
  readonly #parting = new Set<Agent>();
  /** All that are awaited, those that wait for their turn included. */
  readonly #tasks = new Set<HostedTask>();
  #waiting: (() => void)[] = [];
  #switching: Promise<void> = Promise.resolve();
  readonly #inForce: OptionsInForce;
  #entering = 0;
  #busy = 0;

  constructor(context: SessionContext, connections: AgentConnections) {
    this.#context = context;
    this.#connections = connections;
    this.#exits = new AgentExits(context);
    this.#inForce = new OptionsInForce(context.options, context.models);
    hostTasks(context.session, this);
  }

  get present(): Agent | undefined {
    return this.#stack.at(-1);
  }

  /** All that are there: with the word, waiting for it, or on their way out and still heard. */
  get all(): readonly Agent[] {
    return [...this.#stack, ...this.#parting];
  }

  get toolsets(): ReadonlySet<Toolset> {
    return this.#inForce.toolsetsOf(this.all);
  }

  get resolved(): ResolvedOptions {
    return this.#inForce.resolved;
  }

  /** An `onEnter` is under way that does not wait for a task. */
  get isEntering(): boolean {
    return this.#entering > 0;
  }

  get isInExit(): boolean {
    return this.#exits.isInside;
  }

  /** The word is just being handed over, or given back. */
  get isBusy(): boolean {
    return this.#busy > 0;
  }

  /** It has the word, or will have it again. */
  isHere(agent: Agent): boolean {
    return this.#stack.includes(agent) && !this.#leaving.has(agent) && !(isAgentTask(agent) && agent.isDone);
  }

  resolvedFor(agent: Agent): ResolvedOptions {
    return this.#inForce.resolvedFor(agent);
  }

  /** Settles once it has the word, or never will: then with false. */
  async untilPresent(agent: Agent): Promise<boolean> {
    while (this.isHere(agent) && !this.#context.core.state.isClosing) {
      if (this.present === agent) return true;
      await this.#nextChange();
    }
    return false;
  }

  /** @throws {TypeError} The agent cannot run in this session; nothing was begun. */
  check(agent: Agent): void {
    agent.checkFree(this.#context.session);
    this.#inForce.check(agent);
  }

  /** @throws {TypeError} As `check`, or it is a task that nobody awaits. */
  checkSuccessor(agent: Agent): void {
    if (isAgentTask(agent) && !this.#stack.includes(agent))
      throw new TypeError(`agent "${agent.label}" is a task, which cannot take over: await it`);
    this.check(agent);
  }

  start(agent: Agent): void {
    this.#stack = [agent];
    this.#attach(agent, undefined);
  }

  /** The audio is up. */
  enterFirst(): void {
    if (this.present !== undefined) void this.#enter(this.present);
  }

  /** @throws {TypeError} The change contradicts what is there; nothing has changed. */
  updateOptions(change: OverridableOptions): void {
    this.#inForce.updateSession(change, this.#stack);
    if (this.present !== undefined) this.#goByOptions();
  }

  /** One after another: each agent that enters also leaves. Tasks that run end without a result, unless it is who awaits them that is to have the word. */
  switchTo(agent: Agent, options: UpdateAgentOptions = {}): Promise<void> {
    if (this.isInExit) return Promise.reject(new Error('updateAgent: an agent that leaves cannot choose who follows; do it before'));
    runningCode()?.scope?.onHandsOver();
    return this.#inTurn(() => this.#switchNow(agent, options));
  }

  async run(task: HostedTask, code: RunningCode | undefined): Promise<void> {
    // Until the word is given back, so that nobody takes the time between for rest.
    task.onSettled(() => void (this.#busy += 1));
    const onAbort = () => task.fail(new AgentTaskError('interrupted', `task "${task.label}": what awaited it was interrupted`));
    code?.signal?.addEventListener('abort', onAbort, { once: true });
    this.#tasks.add(task);
    let resume: (() => void) | undefined;
    task.onSettled(() => this.#wake());
    try {
      if (code?.signal?.aborted === true) onAbort();
      if (this.isInExit) throw new AgentTaskError('misplaced', `task "${task.label}" is awaited in onExit, which nobody waits for so long`);
      if (this.lacks(task)) await this.make(task);
      // What the agent says along with the call comes first: an interruption of it is meant for the call.
      await code?.waitForPlayout?.();
      while (!task.isDone && !this.#mayBegin(task, code)) {
        resume ??= code?.pause();
        await this.#nextChange();
      }
      if (!task.isDone)
        this.#begin(task, () => {
          resume ??= code?.pause();
        });
      await task.settled;
      await task.lastWords();
      await this.#inTurn(() => this.#giveBack(task));
    } catch (error) {
      if (!task.fail(error)) this.#context.report('session', error, true);
    } finally {
      this.#tasks.delete(task);
      resume?.();
      code?.signal?.removeEventListener('abort', onAbort);
      this.#leaveBusy();
    }
  }

  checkWait(task: HostedTask, code: RunningCode | undefined): void {
    const place = this.#stack.indexOf(task);
    const isInside = place >= 0 && this.#stack.slice(place).some((agent) => agent === code?.agent);
    if (isInside)
      throw new AgentTaskError('misplaced', `task "${task.label}" would wait for itself: it is awaited by code that it waits for`);
  }

  /** The session closes: nobody awaits a task any more. */
  endTasks(): void {
    for (const task of this.#tasks) task.fail(new AgentTaskError('closed', `task "${task.label}": the session is closed`));
    // Whoever waits for an agent to have the word again waits in vain.
    this.#wake();
  }

  /** All of them leave, the topmost first. */
  async exitAll(): Promise<void> {
    for (const agent of this.#stack.toReversed()) await this.#exits.leave(agent);
  }

  detachAll(): void {
    for (const agent of this.all) agent.attach(undefined);
  }

  #inTurn(act: () => Promise<void>): Promise<void> {
    this.#busy += 1;
    const done = this.#switching.then(act).finally(() => this.#leaveBusy());
    // Its failure is the caller's; the next one goes on.
    this.#switching = done.catch(() => {});
    return done;
  }

  /** @throws {AgentTaskError} It never will. */
  #mayBegin(task: HostedTask, code: RunningCode | undefined): boolean {
    if (this.#context.core.state.isClosing) throw new AgentTaskError('closed', `task "${task.label}": the session is closed`);
    if (code === undefined) return this.#stack.length === 1 && this.#leaving.size === 0;
    const agent = this.#stack.find((one) => one === code.agent);
    if (agent === undefined || !this.isHere(agent)) {
      throw new AgentTaskError(
        'handed-off',
        `task "${task.label}": agent "${code.agent.label}", whose code awaits it, has left the session`,
      );
    }
    return this.present === agent;
  }

  /** Takes over, then pauses who awaits it: in this order, so that there is always something under way. */
  #begin(task: HostedTask, pause: () => void): void {
    this.#busy += 1;
    try {
      this.#push(task);
      pause();
    } finally {
      this.#leaveBusy();
    }
  }

  /** Whether something is to be made before an agent can take over: models named by strings, connections to toolsets. */
  lacks(agent: Agent): boolean {
    const { models, toolsets, options } = this.#context;
    return models.lacks(options, agent.options) || toolsets.lacks(this.resolvedFor(agent).mcpServers);
  }

  /** @throws {Error} A model cannot be had. */
  async make(agent: Agent): Promise<void> {
    const { models, toolsets, options } = this.#context;
    await Promise.all([models.make(options, agent.options), toolsets.open(this.resolvedFor(agent).mcpServers)]);
  }

  #push(task: HostedTask): void {
    this.check(task);
    const before = this.present;
    this.#connections.onLeaving();
    this.#stack = [...this.#stack, task];
    this.#attach(task, before);
    void this.#enter(task);
  }

  async #giveBack(task: HostedTask): Promise<void> {
    const place = this.#stack.indexOf(task);
    const below = this.#stack[place - 1];
    if (below !== undefined && !this.#context.core.state.isClosing) await this.#leaveTo(below, 'interrupted');
  }

  async #switchNow(agent: Agent, { carryContext }: UpdateAgentOptions): Promise<void> {
    const old = this.present;
    if (old === undefined || old === agent || this.#context.core.state.isClosing) return;
    if (this.#stack.includes(agent)) return this.#leaveTo(agent, 'handed-off');
    if (this.lacks(agent)) await this.make(agent);
    this.checkSuccessor(agent);
    if (!(await this.#exitDownTo(0))) return;
    const left = this.#stack;
    if (carryContext === true) for (const one of left) agent.updateChatContext(agent.chatContext.merge(one.chatContext));
    this.#stack = [agent];
    this.#replace(left, { by: agent, from: old });
    failTasks(left, 'handed-off');
    void this.#enter(agent);
  }

  /** Whatever is above this agent leaves, and it has the word again. */
  async #leaveTo(agent: Agent, code: 'handed-off' | 'interrupted'): Promise<void> {
    const place = this.#stack.indexOf(agent);
    if (!(await this.#exitDownTo(place + 1))) return;
    const left = this.#stack.slice(place + 1);
    this.#stack = this.#stack.slice(0, place + 1);
    for (const [index, task] of [...left.entries()].toReversed()) tellAwaiting(left[index - 1] ?? agent, task, this.#context.history.chat);
    this.#replace(left, { by: agent, from: left.at(-1) });
    failTasks(left, code);
  }

  /** @returns False if the session has begun to close meanwhile. */
  async #exitDownTo(place: number): Promise<boolean> {
    this.#connections.onLeaving();
    const leaving = this.#stack.slice(place).toReversed();
    for (const agent of leaving) this.#leaving.add(agent);
    try {
      for (const agent of leaving) await this.#exits.leave(agent);
    } finally {
      for (const agent of leaving) this.#leaving.delete(agent);
    }
    return !this.#context.core.state.isClosing;
  }

  #replace(left: readonly Agent[], { by, from }: { readonly by: Agent; readonly from: Agent | undefined }): void {
    for (const agent of left) {
      this.#exits.forget(agent);
      this.#part(agent);
    }
    this.#attach(by, from);
    this.#wake();
  }

  /** What it still says is made with its own nodes. */
  #part(agent: Agent): void {
    const lastWords = this.#connections.lastWordsOf(agent);
    if (lastWords === undefined) return agent.attach(undefined);
    this.#parting.add(agent);
    this.#context.own(
      lastWords.then(() => {
        this.#parting.delete(agent);
        if (this.#stack.includes(agent)) return;
        agent.attach(undefined);
        this.#connections.onAttached();
      }),
      'background',
    );
  }

  #attach(agent: Agent, from: Agent | undefined): void {
    const { core, history, clock } = this.#context;
    this.#inForce.use(agent);
    agent.attach(agentRuntime(this.#context, agent, { changeOptions: (changed) => this.#changeOptions(agent, changed) }));
    const createdAtMs = core.toWall(clock.now());
    const fromAgent = from === undefined ? {} : { fromAgent: from.label };
    history.add({ type: 'agent-handoff', id: history.newId(), createdAtMs, ...fromAgent, toAgent: agent.label }, { agent: undefined });
    this.#goByOptions();
  }

  /** Of an agent that waits for a task they are in force once it has the word again. */
  #changeOptions(agent: Agent, changed: OverridableOptions): void {
    if (this.present !== agent) return this.#inForce.checkOwn(agent, changed);
    this.#inForce.use(agent, changed);
    this.#goByOptions();
  }

  /** What listens first, so that it is asked what the options ask for. */
  #goByOptions(): void {
    this.#connections.onAttached();
    const { turn, vad } = this.#inForce.resolved;
    this.#context.core.dispatch({ type: 'options-changed', options: turn, hasVad: vad !== undefined });
  }

  /** Never rejects. */
  async #enter(agent: Agent): Promise<void> {
    if (agent.onEnter === Agent.prototype.onEnter) return;
    await enterAgent(this.#context, agent, (by) => {
      this.#entering += by;
      if (by < 0) this.#connections.onSettled();
    });
  }

  #leaveBusy(): void {
    this.#busy -= 1;
    this.#connections.onSettled();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
