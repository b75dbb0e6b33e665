import type { RunContext, RunningToolCall } from '../agent/session.js';
import { duplicateVerdict, type DuplicateVerdict } from '../tools/on-duplicate.js';
import type { ParsedArguments } from '../tools/parse-arguments.js';
import type { Tool } from '../tools/tool.js';
import { ToolError } from '../tools/tool-errors.js';
import type { ToolRun } from './tool-run.js';

/** Tool calls that may run at once in a session: far beyond sense, but a bound. */
const mostRunning = 100;

/** The tool calls that run in a session, those included that their turn no longer waits for. */
export class ToolRuns {
  readonly #running = new Set<ToolRun>();

  get all(): readonly RunningToolCall[] {
    return [...this.#running].map((run) => {
      const { callId, name, argumentsJson } = run.options.call;
      return { callId, name, argumentsJson, isReleased: run.isReleased };
    });
  }

  /** Those whose turn goes on without them. */
  get releasedCount(): number {
    let count = 0;
    for (const run of this.#running) if (run.isReleased) count += 1;
    return count;
  }

  add(run: ToolRun): void {
    this.#running.add(run);
  }

  delete(run: ToolRun): void {
    this.#running.delete(run);
  }

  /** Whether a call is to run, by what runs already; cancels those that it is to replace. */
  admit(tool: Tool<RunContext>, args: ParsedArguments): Exclude<DuplicateVerdict, { readonly type: 'replace' }> {
    if (this.#running.size >= mostRunning)
      return { type: 'answer', output: `${mostRunning} calls run already. Wait for some to end.`, isError: true };
    // What cannot be read is answered with what is wrong with it, and does not run.
    const twins = 'problem' in args ? [] : this.#twinsOf(tool.name, args.key);
    if (twins.length === 0) return { type: 'run' };
    const { name, onDuplicate = 'allow' } = tool;
    const areCancellable = twins.every((twin) => twin.obstacle === undefined);
    const verdict = duplicateVerdict({ name, onDuplicate, isConfirmed: args.isConfirmed, areCancellable });
    if (verdict.type !== 'replace') return verdict;
    for (const twin of twins) twin.cancel();
    return { type: 'run' };
  }

  /** @throws {ToolError} No such call runs, or it cannot be cancelled. */
  cancel(callId: string): void {
    const run = [...this.#running].find((candidate) => candidate.callId === callId);
    if (run === undefined) throw new ToolError(`no call with the id ${JSON.stringify(callId)} runs`);
    run.cancel();
  }

  #twinsOf(name: string, key: string): ToolRun[] {
    return [...this.#running].filter(({ options, isOver }) => !isOver && options.tool.name === name && options.args.key === key);
  }
}
