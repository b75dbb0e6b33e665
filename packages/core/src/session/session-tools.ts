import type { RunContext } from '../agent/session.js';
import { errorOutcome, type ToolOutcome } from '../tools/execute-tool.js';
import { parseArguments } from '../tools/parse-arguments.js';
import type { Tool } from '../tools/tool.js';
import { makeRunContext } from './run-context.js';
import type { SessionContext } from './session-context.js';
import type { Speech } from './speech.js';
import { type FinishedToolCall, type ToolCall, ToolRun } from './tool-run.js';
import { ToolRuns } from './tool-runs.js';

/** Updates that may wait to be reported; then the oldest is left out. Results always wait. */
const mostUpdates = 100;

/** The tools of a session at work: those that a turn waits for, and those that go on by themselves and report when nobody speaks. */
export class SessionTools {
  readonly runs = new ToolRuns();
  readonly #context: SessionContext;
  readonly #deliver: (reports: readonly FinishedToolCall[]) => readonly FinishedToolCall[];
  readonly #onChange: () => void;
  readonly #waiting: { readonly run: ToolRun; readonly grant: () => void }[] = [];
  #reports: FinishedToolCall[] = [];
  #foreground: ToolRun | undefined;

  /**
   * @param deliver Has the agent report; returns what it could not take yet.
   * @param onChange Something that waited for the floor may go on, or nothing holds it any more.
   */
  constructor(
    context: SessionContext,
    {
      deliver,
      onChange,
    }: { readonly deliver: (reports: readonly FinishedToolCall[]) => readonly FinishedToolCall[]; readonly onChange: () => void },
  ) {
    this.#context = context;
    this.#deliver = deliver;
    this.#onChange = onChange;
  }

  /** Something waits for a moment in which nobody speaks. */
  get isWaiting(): boolean {
    return this.#foreground === undefined && (this.#reports.length > 0 || this.#waiting.length > 0);
  }

  /** A tool has the foreground, or is to have it. */
  get hasForeground(): boolean {
    return this.#foreground !== undefined || this.#waiting.length > 0;
  }

  get isForegroundTaken(): boolean {
    return this.#foreground !== undefined;
  }

  /** Nobody speaks and nothing is queued: whoever waited for that has its turn, one at a time. */
  onQuiet(): void {
    if (!this.isWaiting) return;
    const next = this.#waiting.shift();
    if (next === undefined) {
      const reports = this.#reports;
      this.#reports = [];
      this.#reports.push(...this.#deliver(reports));
      return;
    }
    this.#foreground = next.run;
    next.grant();
  }

  /** Of calls that the turn waited for, and can no longer answer. */
  report(reports: readonly FinishedToolCall[]): void {
    for (const report of reports) this.#report(report);
  }

  /** What nobody will report any more. */
  takeReports(): readonly FinishedToolCall[] {
    return this.#reports.splice(0);
  }

  /** Begins a call. Settles with its first output; never rejects. */
  start(
    given: ToolCall,
    { speech, tool, hidesTools }: { readonly speech: Speech; readonly tool: Tool<RunContext> | undefined; readonly hidesTools: boolean },
  ): Promise<FinishedToolCall> {
    // Each call has one output: a model that uses an id twice must not make two of one id.
    const call = { ...given, callId: this.#context.history.newCallId(given.callId) };
    if (tool === undefined) return this.#answer(call, speech, errorOutcome(`Unknown function: ${call.name}`));
    const args = parseArguments(tool, call.argumentsJson);
    const readable = { ...call, argumentsJson: args.argumentsJson };
    const verdict = this.runs.admit(tool, args);
    if (verdict.type === 'answer') {
      const { output, isError } = verdict;
      return this.#answer(readable, speech, { output, isError, replyRequired: true });
    }
    const run = new ToolRun({ context: this.#context, speech, tool, args, call: readable, hidesTools, owner: this.#owner });
    this.runs.add(run);
    this.#context.own(run.run(), 'background');
    return run.first;
  }

  readonly #owner = {
    makeContext: (run: ToolRun) => makeRunContext(run, (asking, work) => this.#inForeground(asking, work)),
    isForeground: (run: ToolRun) => this.#foreground === run,
    onReleased: () => this.#tellReleased(),
    onReport: (report: FinishedToolCall) => this.#report(report),
    onOver: (run: ToolRun) => {
      this.runs.delete(run);
      if (this.#foreground === run) this.#foreground = undefined;
      if (run.isReleased) this.#tellReleased();
      this.#onChange();
    },
  };

  #tellReleased(): void {
    this.#context.core.dispatch({ type: 'released-tools-changed', count: this.runs.releasedCount });
  }

  #report(report: FinishedToolCall): void {
    const isUpdate = ({ call }: FinishedToolCall) => /_update_\d+$/.test(call.callId);
    if (this.#reports.length >= mostUpdates) {
      const oldest = this.#reports.findIndex(isUpdate);
      if (oldest >= 0) this.#reports.splice(oldest, 1);
    }
    this.#reports.push(report);
    this.#onChange();
  }

  /** One tool at a time, once nobody speaks. What a turn waits for is in the foreground already. */
  async #inForeground<T>(run: ToolRun, work: () => T | Promise<T>): Promise<T> {
    if (!run.isReleased || this.#foreground === run) return work();
    await this.#takeForeground(run);
    try {
      return await work();
    } finally {
      if (this.#foreground === run) this.#foreground = undefined;
      this.#onChange();
    }
  }

  #takeForeground(run: ToolRun): Promise<void> {
    const { signal } = run;
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const waiter = {
        run,
        grant: () => {
          signal.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      const onAbort = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      this.#waiting.push(waiter);
      this.#onChange();
    });
  }

  /** Answers a call that is not run. */
  async #answer(call: ToolCall, speech: Speech, outcome: ToolOutcome): Promise<FinishedToolCall> {
    const { core, clock } = this.#context;
    const { callId, name } = call;
    const event = { type: 'tool-updated', speechId: speech.id, callId, name } as const;
    core.emit({ ...event, status: 'started' });
    core.emit({ ...event, status: outcome.isError ? 'failed' : 'ended' });
    const nowMs = core.toWall(clock.now());
    return { speechId: speech.id, agent: speech.agent, call, outcome, times: { startedAt: nowMs, endedAt: nowMs } };
  }
}
