import type { Agent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import type { HandoffOptions } from '../agent/handoff.js';
import type { Session, UpdateAgentOptions } from '../agent/session.js';
import type { AgentEventOf, CloseReason, ErrorReport, ErrorSource } from '../observe/agent-event.js';
import { toErrorReport, withoutMessage } from '../observe/error-report.js';
import { createJsonLogger } from '../observe/json-logger.js';
import { quietLogger } from '../observe/quiet-logger.js';
import type { CallIO } from '../provider/call-io.js';
import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';
import { withDeadline } from '../stream/deadline.js';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { realClock } from '../time/real-clock.js';
import { toolList } from '../tools/tool-list.js';
import { AgentRunner } from './agent-runner.js';
import { CallEnds } from './call-ends.js';
import { finishTranscript } from './close-session.js';
import { deliverReports, recordReports } from './deliver-reports.js';
import { HearingRunner } from './hearing-runner.js';
import { History } from './history.js';
import { Idleness } from './idleness.js';
import { NamedModels } from './named-models.js';
import { performEffect } from './perform-effect.js';
import { RunRecorder } from './run-recorder.js';
import { SessionCore } from './session-core.js';
import type { SessionContext, ToldFailure } from './session-context.js';
import { type AgentSessionOptions, resolveOptions } from './session-options.js';
import { initialState } from './session-state.js';
import { SessionTools } from './session-tools.js';
import { SpeechRunner } from './speech-runner.js';
import { Toolsets } from './toolsets.js';
import { TurnRunner } from './turn-runner.js';
import { unfinishedWork } from './unfinished-work.js';
import { UsageLedger } from './usage-ledger.js';
import { VideoRunner } from './video-runner.js';

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
  readonly agents: AgentRunner;
  readonly runs: RunRecorder;
  readonly tools: SessionTools;
  readonly idleness: Idleness;
  readonly #options: AgentSessionOptions;
  readonly #usage = new UsageLedger();
  readonly #hearing: HearingRunner;
  readonly #models: NamedModels;
  readonly #toolsets: Toolsets;
  /** Fires when all work is to end. */
  readonly #link = linkSignals();
  #calls = 0;
  /** Failures in a row that nothing could mend, by source. */
  readonly #unrecoverable = new Map<ErrorSource, number>();
  #state: 'new' | 'starting' | 'running' | 'closed' = 'new';
  #closing: Promise<void> | undefined;

  constructor(session: Session, options: AgentSessionOptions) {
    this.#options = options;
    const clock = options.clock ?? realClock;
    const logger = quietLogger(options.logger ?? createJsonLogger({ clock }));
    this.#models = new NamedModels(clock);
    const { turn, vad } = resolveOptions(options, undefined, { models: this.#models });
    this.core = new SessionCore({ clock, logger, state: initialState(turn, vad !== undefined) });
    this.history = new History(this.core);
    this.#toolsets = this.#makeToolsets(clock);
    this.context = this.#makeContext(session, clock, logger);
    const onHandoff = (handoff: HandoffOptions) => this.switchAgent(handoff.agent, handoff);
    this.idleness = new Idleness((error) => this.#report('session', error, true));
    this.tools = new SessionTools(this.context, {
      deliver: (reports) => deliverReports({ context: this.context, speeches: this.speeches, onHandoff }, reports),
      onChange: () => this.idleness.settle(),
    });
    this.speeches = new SpeechRunner(this.context, this.tools, onHandoff);
    this.turns = new TurnRunner(this.context, this.speeches);
    this.#hearing = new HearingRunner(this.context, () => this.#closeBecause('input-ended'));
    this.ends = new CallEnds(this.context, this.#hearing);
    this.agents = new AgentRunner(this.context, {
      onLeaving: () => this.turns.cancelPreemptive(),
      onAttached: () => {
        this.#hearing.open();
        this.#toolsets.keep(this.agents.toolsets);
      },
      onSettled: () => this.idleness.settle(),
      lastWordsOf: (agent) => this.speeches.lastWordsOf(agent),
    });
    this.runs = new RunRecorder(this.context, this.speeches, () => this.idleness.wait({ isForRest: true }));
    this.#connect(logger);
  }

  #makeToolsets(clock: Clock): Toolsets {
    return new Toolsets({
      clock,
      lifetime: this.#link,
      call: () => this.context.call(),
      emit: (event) => this.core.emit(event),
      report: (error) => this.#report('toolset', error, true),
      own: (work) => this.idleness.own(work, 'background'),
    });
  }

  /** What the runners share of the session. */
  #makeContext(session: Session, clock: Clock, logger: Logger): SessionContext {
    const options = this.#options;
    return {
      session,
      core: this.core,
      clock,
      history: this.history,
      options,
      signal: this.#link.signal,
      lifetime: this.#link,
      resolved: () => this.agents.resolved,
      resolvedFor: (agent) => this.agents.resolvedFor(agent),
      agent: () => this.activeAgent(),
      isHere: (agent) => this.agents.isHere(agent),
      untilPresent: (agent) => this.agents.untilPresent(agent),
      checkAgent: (agent) => this.#checkAgent(agent),
      call: () => ({ clock, logger, sessionId: session.id, callId: `${session.id}-call-${(this.#calls += 1)}` }),
      models: this.#models,
      toolsets: this.#toolsets,
      output: () => this.ends.port,
      video: new VideoRunner({
        clock,
        core: this.core,
        resolved: () => this.agents.resolved,
        report: (...failure) => this.#report(...failure),
      }),
      show: (part) => this.ends.show(part),
      takeUserText: () => this.ends.takeUserText(),
      addUsage: (usage) => {
        this.#usage.add(usage);
        this.core.emit({ type: 'usage-updated', usage: this.#usage.all });
      },
      report: (source, error, recoverable) => this.#report(source, error, recoverable),
      tell: (failure) => this.#tell(failure),
      countFailure: (source, error) => this.#countFailure(source, error),
      succeeded: (source) => void this.#unrecoverable.delete(source),
      own: (work, holder) => this.idleness.own(work, holder),
      toolsFor: (agent, given) =>
        given === undefined
          ? this.#toolsets.toolsFor(this.agents.resolvedFor(agent).mcpServers, toolList(options.tools, agent.tools))
          : toolList(given),
    };
  }

  #connect(logger: Logger): void {
    const performers = { context: this.context, logger, hearing: this.#hearing, turns: this.turns, speeches: this.speeches };
    const { core, speeches, turns, tools, agents } = this;
    this.idleness.connect({ core, speeches, turns, tools, agents, isClosed: () => this.#state === 'closed' });
    core.connect({
      perform: (effect) => performEffect(effect, performers),
      onSettled: () => this.idleness.settle(),
      onFailure: (error) => this.#report('session', error, true),
    });
  }

  get state(): 'new' | 'starting' | 'running' | 'closing' | 'closed' {
    return this.#state === 'running' && this.#closing !== undefined ? 'closing' : this.#state;
  }

  /** Read through a getter, as closing may come while something else is awaited. */
  get #isClosing(): boolean {
    return this.#closing !== undefined;
  }

  get agent(): Agent | undefined {
    return this.agents.present;
  }

  /** @throws {Error} The session has not been started. */
  activeAgent(): Agent {
    const { present } = this.agents;
    if (present === undefined) throw new Error('the session has no agent yet: start it with session.start({ agent })');
    return present;
  }

  /**
   * Makes the models that are named by strings, if there are any: nothing to wait for otherwise. Rejects, with nothing begun, if one cannot
   * be had or the agent cannot run in this session.
   */
  prepare(agent: Agent): Promise<void> | undefined {
    return this.agents.lacks(agent) ? this.#makeModels(agent) : undefined;
  }

  async #makeModels(agent: Agent): Promise<void> {
    this.#state = 'starting';
    try {
      await this.agents.make(agent);
      this.#assertOpen();
      this.agents.check(agent);
    } catch (error) {
      await this.#within(closePartsMs, this.#closeModels()).catch(() => {});
      if (!this.#isClosing) this.#state = 'new';
      throw error;
    }
  }

  #assertOpen(): void {
    if (this.#isClosing) throw new Error('start: the session was closed before it had started');
  }

  /** @throws {TypeError} The agent cannot run in this session; nothing was begun. @throws {Error} The session was closed meanwhile. */
  start(agent: Agent, io: CallIO): void {
    this.#assertOpen();
    this.agents.check(agent);
    this.#state = 'running';
    this.ends.open(io);
    this.agents.start(agent);
    this.core.dispatch({ type: 'started' });
    this.ends.listen();
    this.agents.enterFirst();
  }

  #checkAgent(agent: Agent): void {
    try {
      this.agents.checkSuccessor(agent);
    } catch (error) {
      this.#report('session', error, true);
      throw error;
    }
  }

  switchAgent(agent: Agent, options: UpdateAgentOptions = {}): Promise<void> {
    return this.agents.switchTo(agent, options);
  }

  /** @throws {TypeError} The change contradicts what is there; nothing has changed. */
  updateOptions(change: OverridableOptions): void {
    this.agents.updateOptions(change);
  }

  /** Closes once all is idle and no tool runs any more, or after this time with what is left. */
  async drain(timeoutMs: number): Promise<void> {
    let unfinished: readonly string[] | undefined;
    const onTimeout = () => {
      unfinished = unfinishedWork(this.core.state);
      return new Error(`drain: not finished after ${timeoutMs} ms: ${unfinished.join(', ')}; the session closes without it`);
    };
    const { clock } = this.context;
    await withDeadline(this.idleness.wait({ isForEnd: true }), { clock, timeoutMs, onTimeout }).catch((error: unknown) =>
      this.#report('session', error, true),
    );
    await this.untilClosed(this.close('drained', unfinished === undefined ? {} : { unfinished }));
  }

  close(reason: CloseReason, details: CloseDetails = {}): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    const closed = createDeferred<void>();
    // Known before anything is done: what is done tells the application, which may ask to close again.
    this.#closing = closed.promise;
    this.#shutDown(reason, details).then(closed.resolve, closed.reject);
    return closed.promise;
  }

  /** The end of closing; in `onExit` that it has begun, as it waits for that hook. */
  untilClosed(closing: Promise<void>): Promise<void> {
    return this.agents.isInExit ? Promise.resolve() : closing;
  }

  async #shutDown(reason: CloseReason, details: CloseDetails): Promise<void> {
    if (this.#state === 'running') {
      const onFailure = (failure: unknown) => this.#report('session', failure, true);
      await this.#within(gracefulMs, this.#endCall()).catch(onFailure);
      this.#link.abort();
      recordReports(this.context, this.tools.takeReports());
      this.agents.detachAll();
      await this.#within(closePartsMs, Promise.all([this.ends.close(onFailure), this.#closeModels()])).catch(onFailure);
    } else if (this.#state === 'starting') await this.#within(closePartsMs, this.#closeModels()).catch(() => {});
    this.#state = 'closed';
    this.#link.abort();
    this.core.emit({ type: 'close', reason, ...details });
    this.core.close();
    this.idleness.settle();
  }

  async #closeModels(): Promise<void> {
    await Promise.all([this.#toolsets.close(), this.#models.close((failure) => this.#report('session', failure, true))]);
  }

  #within(timeoutMs: number, work: Promise<unknown>): Promise<unknown> {
    const onTimeout = () => new Error(`not all had ended after ${timeoutMs} ms; the session is closed without it`);
    return withDeadline(work, { clock: this.context.clock, timeoutMs, onTimeout });
  }

  async #endCall(): Promise<void> {
    this.core.dispatch({ type: 'closing' });
    this.turns.cancelPreemptive();
    for (const speech of this.speeches.all) speech.cancel();
    this.agents.endTasks();
    await finishTranscript({ context: this.context, hearing: this.#hearing, turns: this.turns });
    await this.agents.exitAll();
    this.#link.abort();
    await this.#hearing.close();
    await this.idleness.allWork();
  }

  #closeBecause(reason: CloseReason, details: CloseDetails = {}): void {
    // Owned by whoever calls `close()` next; it never rejects.
    void this.close(reason, details);
  }

  #report(source: ErrorSource, error: unknown, recoverable: boolean): void {
    this.#tell({ source, error, recoverable });
    if (!recoverable) this.#countFailure(source, error);
  }

  #tell({ source, error, recoverable, atMs }: ToldFailure): void {
    this.core.emit({ type: 'error', source, error: reportOf(source, error), recoverable }, atMs);
  }

  #countFailure(source: ErrorSource, error: unknown): void {
    const inARow = (this.#unrecoverable.get(source) ?? 0) + 1;
    this.#unrecoverable.set(source, inARow);
    if (inARow > this.context.resolved().maxUnrecoverableErrors) this.#closeBecause('error', { error: reportOf(source, error) });
  }
}

const reportOf = (source: ErrorSource, error: unknown): ErrorReport => (source === 'tool' ? withoutMessage(error) : toErrorReport(error));
