import { Agent } from '../agent/agent.js';
import type { Session } from '../agent/session.js';
import type { AgentEventOf, CloseReason, ErrorSource } from '../observe/agent-event.js';
import { toErrorReport, withoutMessage } from '../observe/error-report.js';
import { createJsonLogger } from '../observe/json-logger.js';
import type { CallIO } from '../provider/call-io.js';
import type { Logger } from '../provider/logger.js';
import { withDeadline } from '../stream/deadline.js';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { realClock } from '../time/real-clock.js';
import { toolList } from '../tools/tool-list.js';
import { speechOf } from '../turn/floor.js';
import { turnText } from '../turn/user-turn.js';
import { CallEnds } from './call-ends.js';
import { finishTranscript } from './close-session.js';
import { HearingRunner } from './hearing-runner.js';
import { History } from './history.js';
import { runHook } from './run-hook.js';
import { type RunnerEffect, SessionCore } from './session-core.js';
import type { SessionContext } from './session-context.js';
import { type AgentSessionOptions, checkTogether, type ResolvedOptions, resolveOptions } from './session-options.js';
import { initialState } from './session-state.js';
import { SpeechRunner } from './speech-runner.js';
import { TurnRunner } from './turn-runner.js';
import { unfinishedWork } from './unfinished-work.js';
import { UsageLedger } from './usage-ledger.js';

/** How long closing may take, whatever does not settle: 10 s in all. */
const gracefulMs = 8000;
const closePartsMs = 2000;

type CloseDetails = Pick<AgentEventOf<'close'>, 'error' | 'unfinished'>;

/** What a session is made of, joined: the reducer's effects to the runners, the agent to the session, the session to the ends of the call. */
export class SessionRuntime {
  readonly core: SessionCore;
  readonly history: History;
  readonly context: SessionContext;
  readonly speeches: SpeechRunner;
  readonly turns: TurnRunner;
  readonly ends: CallEnds;
  readonly #options: AgentSessionOptions;
  readonly #logger: Logger;
  readonly #usage = new UsageLedger();
  readonly #hearing: HearingRunner;
  /** Fires when all work is to end. */
  readonly #link = linkSignals();
  readonly #work = new Set<Promise<void>>();
  #resolved: ResolvedOptions;
  #agent: Agent | undefined;
  #calls = 0;
  /** Failures in a row that nothing could mend, by source. */
  readonly #unrecoverable = new Map<ErrorSource, number>();
  #idleWaiters: (() => void)[] = [];
  #state: 'new' | 'running' | 'closed' = 'new';
  #closing: Promise<void> | undefined;
  #switching: Promise<void> = Promise.resolve();

  constructor(session: Session, options: AgentSessionOptions) {
    this.#options = options;
    const clock = options.clock ?? realClock;
    const logger = options.logger ?? createJsonLogger({ clock });
    this.#logger = logger;
    this.#resolved = resolveOptions(options, undefined);
    this.core = new SessionCore({ clock, logger, state: initialState(this.#resolved.turn, this.#resolved.vad !== undefined) });
    this.history = new History(this.core);
    this.context = {
      session,
      core: this.core,
      clock,
      history: this.history,
      options,
      signal: this.#link.signal,
      lifetime: this.#link,
      resolved: () => this.#resolved,
      agent: () => this.activeAgent(),
      call: () => ({ clock, logger, sessionId: session.id, callId: `${session.id}-call-${(this.#calls += 1)}` }),
      output: () => this.ends.port,
      show: (part) => this.ends.show(part),
      addUsage: (usage) => {
        this.#usage.add(usage);
        this.core.emit({ type: 'usage-updated', usage: this.#usage.all });
      },
      report: (source, error, recoverable) => this.#report(source, error, recoverable),
      succeeded: (source) => void this.#unrecoverable.delete(source),
      own: (work) => this.#own(work),
    };
    this.speeches = new SpeechRunner(this.context, (agent) => this.switchAgent(agent));
    this.turns = new TurnRunner(this.context, this.speeches);
    this.#hearing = new HearingRunner(this.context, () => this.#closeBecause('input-ended'));
    this.ends = new CallEnds(this.context, this.#hearing);
    this.core.connect({
      perform: (effect) => this.#perform(effect),
      onSettled: () => this.#settleIdle(),
      onFailure: (error) => this.#report('session', error, true),
    });
  }

  get state(): 'new' | 'running' | 'closing' | 'closed' {
    return this.#state === 'running' && this.#closing !== undefined ? 'closing' : this.#state;
  }

  get agent(): Agent | undefined {
    return this.#agent;
  }

  /** @throws {Error} The session has not been started. */
  activeAgent(): Agent {
    if (this.#agent === undefined) throw new Error('the session has no agent yet: start it with session.start({ agent })');
    return this.#agent;
  }

  /** @throws {TypeError} The agent cannot run in this session; nothing was begun. */
  start(agent: Agent, io: CallIO): void {
    this.#check(agent);
    this.#state = 'running';
    this.ends.open(io);
    this.#attach(agent);
    this.core.dispatch({ type: 'started' });
    this.ends.listen();
    void this.#enter(agent);
  }

  /** One after another: each agent that enters also leaves. */
  switchAgent(agent: Agent): Promise<void> {
    const switched = this.#switching.then(() => this.#switchNow(agent));
    // Its failure is the caller's; the next one goes on.
    this.#switching = switched.catch(() => {});
    return switched;
  }

  waitForIdle(): Promise<void> {
    return new Promise((resolve) => {
      this.#idleWaiters.push(resolve);
      this.#settleIdle();
    });
  }

  /** Closes once all is idle, or after this time with what is left. */
  async drain(timeoutMs: number): Promise<void> {
    let unfinished: readonly string[] | undefined;
    const onTimeout = () => {
      unfinished = unfinishedWork(this.core.state);
      return new Error(`drain: not finished after ${timeoutMs} ms: ${unfinished.join(', ')}; the session closes without it`);
    };
    const { clock } = this.context;
    await withDeadline(this.waitForIdle(), { clock, timeoutMs, onTimeout }).catch((error: unknown) => this.#report('session', error, true));
    await this.close('drained', unfinished === undefined ? {} : { unfinished });
  }

  close(reason: CloseReason, details: CloseDetails = {}): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const closed = createDeferred<void>();
    // Known before anything is done: what is done tells the application, which may ask to close again.
    this.#closing = closed.promise;
    this.#shutDown(reason, details).then(closed.resolve, closed.reject);
    return closed.promise;
  }

  async #shutDown(reason: CloseReason, details: CloseDetails): Promise<void> {
    if (this.#state === 'running') {
      const onFailure = (failure: unknown) => this.#report('session', failure, true);
      await this.#within(gracefulMs, this.#endCall()).catch(onFailure);
      this.#link.abort();
      this.#agent?.attach(undefined);
      await this.#within(closePartsMs, this.ends.close(onFailure)).catch(onFailure);
    }
    this.#state = 'closed';
    this.#link.abort();
    this.core.emit({ type: 'close', reason, ...details });
    this.core.close();
    this.#settleIdle();
  }

  #within(timeoutMs: number, work: Promise<void>): Promise<void> {
    const onTimeout = () => new Error(`not all had ended after ${timeoutMs} ms; the session is closed without it`);
    return withDeadline(work, { clock: this.context.clock, timeoutMs, onTimeout });
  }

  async #endCall(): Promise<void> {
    this.core.dispatch({ type: 'closing' });
    this.turns.cancelPreemptive();
    for (const speech of this.speeches.all) speech.cancel();
    await finishTranscript({ context: this.context, hearing: this.#hearing, turns: this.turns });
    const agent = this.activeAgent();
    await runHook(this.context, { name: 'onExit', run: () => agent.onExit() });
    this.#link.abort();
    await this.#hearing.close();
    await Promise.all(this.#work);
  }

  #closeBecause(reason: CloseReason, details: CloseDetails = {}): void {
    // Owned by whoever calls `close()` next; it never rejects.
    void this.close(reason, details);
  }

  async #switchNow(agent: Agent): Promise<void> {
    const old = this.activeAgent();
    if (old === agent || this.#closing !== undefined) return;
    this.#check(agent);
    this.turns.cancelPreemptive();
    await runHook(this.context, { name: 'onExit', run: () => old.onExit() });
    if (this.#closing !== undefined) return;
    old.attach(undefined);
    this.#attach(agent, old);
    void this.#enter(agent);
  }

  #check(agent: Agent): void {
    agent.checkFree(this.context.session);
    checkTogether(resolveOptions(this.#options, agent), agent);
    toolList(this.#options.tools, agent.tools);
  }

  #attach(agent: Agent, old?: Agent): void {
    this.#agent = agent;
    this.#resolved = resolveOptions(this.#options, agent);
    const { stt, llm, tts, turn, vad } = this.#resolved;
    agent.attach({
      session: this.context.session,
      sttNode: (request) => (stt === undefined ? missing('stt') : stt.transcribe(request)),
      llmNode: (request) => (llm === undefined ? missing('llm') : llm.generate(request)),
      ttsNode: (request) => (tts === undefined ? missing('tts') : tts.synthesize(request)),
      checkTools: (tools) => void toolList(this.#options.tools, tools),
    });
    this.core.dispatch({ type: 'options-changed', options: turn, hasVad: vad !== undefined });
    const createdAtMs = this.core.toWall(this.context.clock.now());
    const from = old === undefined ? {} : { fromAgent: old.label };
    this.history.add({ type: 'agent-handoff', id: this.history.newId(), createdAtMs, ...from, toAgent: agent.label }, { agent: undefined });
    this.#hearing.open();
  }

  /** Never rejects: what the hook throws is reported. */
  async #enter(agent: Agent): Promise<void> {
    // It may say and await whatever it wants: nobody waits for it.
    if (agent.onEnter !== Agent.prototype.onEnter)
      await runHook(this.context, { name: 'onEnter', run: () => agent.onEnter(), timeoutMs: Infinity });
  }

  #perform(effect: RunnerEffect): void {
    switch (effect.type) {
      case 'turn-commit':
        return this.turns.commit(effect.turn);
      case 'turn-overheard':
        this.turns.cancelPreemptive();
        return this.turns.recordOnly(effect.turn.text, effect.turn.stoppedMs ?? effect.turn.committedMs);
      case 'policy-failed':
        return this.#report('hook', effect.error, true);
      case 'preemptive-start':
        return this.turns.startPreemptively(effect.text);
      case 'preemptive-cancel':
        return this.turns.cancelPreemptive();
      case 'hearing-mute':
        return this.#hearing.setMuted(effect.muted);
      case 'speech-authorise':
        return this.speeches.get(effect.speechId)?.part?.authorise();
      case 'speech-hold':
        return this.speeches.get(effect.speechId)?.part?.hold();
      case 'speech-resume':
        return this.speeches.get(effect.speechId)?.part?.resume();
      case 'speech-cancel':
        return this.speeches.get(effect.speechId)?.cancel();
      case 'interruption-shielded':
        return this.#logger.log(
          'warn',
          `${effect.speechId} does not allow interruptions: interrupt({ force: true }) stops it and the rest`,
        );
      default:
        return effect satisfies never;
    }
  }

  #report(source: ErrorSource, error: unknown, recoverable: boolean): void {
    const report = source === 'tool' ? withoutMessage(error) : toErrorReport(error);
    this.core.emit({ type: 'error', source, error: report, recoverable });
    if (recoverable) return;
    const inARow = (this.#unrecoverable.get(source) ?? 0) + 1;
    this.#unrecoverable.set(source, inARow);
    if (inARow > (this.#options.maxUnrecoverableErrors ?? 3)) this.#closeBecause('error', { error: report });
  }

  #own(work: Promise<void>): void {
    const owned = work
      .catch((error: unknown) => this.#report('session', error, true))
      .finally(() => {
        this.#work.delete(owned);
        this.#settleIdle();
      });
    this.#work.add(owned);
  }

  #settleIdle(): void {
    if (this.#idleWaiters.length === 0 || !this.#isIdle()) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }

  #isIdle(): boolean {
    if (this.#state === 'closed') return true;
    const { turn, floor } = this.core.state;
    return (
      this.#work.size === 0 &&
      floor.speeches.length === 0 &&
      !turn.isSpeaking &&
      turnText(turn) === '' &&
      this.turns.isIdle &&
      this.speeches.all.every((speech) => speechOf(floor, speech.id) === undefined && speech.isDone)
    );
  }
}

function missing(kind: 'stt' | 'llm' | 'tts'): never {
  throw new Error(`there is no ${kind.toUpperCase()}: give one to the session or the agent (option "${kind}"), or override the node`);
}
