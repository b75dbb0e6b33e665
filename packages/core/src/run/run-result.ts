import { RunExpect } from './run-expect.js';
import { type RunEvent, type RunItem, type RunRecord, runTimeline } from './run-record.js';

/** What came of one input: the agent's messages, tool calls, their outputs and hand-offs, in the order in which they happened. */
export class RunResult {
  /** Assertions, with one place that `next()` moves on. */
  readonly expect: RunExpect;
  readonly #record: RunRecord;

  constructor(record: RunRecord) {
    this.#record = record;
    this.expect = new RunExpect(record);
  }

  /** Absent for what an agent did at the start of a session. */
  get userInput(): string | undefined {
    return this.#record.userInput;
  }

  get events(): readonly RunEvent[] {
    return this.#record.events;
  }

  get items(): readonly RunItem[] {
    return this.events.map(({ item }) => item);
  }

  get durationMs(): number {
    return this.#record.durationMs;
  }

  /** The run in lines: when, and what happened. */
  get timeline(): string {
    return runTimeline(this.#record);
  }
}
