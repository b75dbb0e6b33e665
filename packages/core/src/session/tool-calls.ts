import type { RunContext } from '../agent/session.js';
import type { Tool } from '../tools/tool.js';
import type { SessionTools } from './session-tools.js';
import type { Speech } from './speech.js';
import type { FinishedToolCall, ToolCall } from './tool-run.js';

/** The tool calls of one reply: each begins as soon as it is complete and the turn is decided, several at once. */
export class ToolCalls {
  readonly #speech: Speech;
  readonly #sessionTools: SessionTools;
  readonly #tools: readonly Tool<RunContext>[];
  readonly #hidesTools: boolean;
  readonly #waiting: ToolCall[] = [];
  readonly #running: Promise<FinishedToolCall>[] = [];
  #mayRun = false;

  constructor(
    speech: Speech,
    sessionTools: SessionTools,
    { tools, hidesTools = false }: { readonly tools: readonly Tool<RunContext>[]; readonly hidesTools?: boolean },
  ) {
    this.#speech = speech;
    this.#sessionTools = sessionTools;
    this.#tools = tools;
    this.#hidesTools = hidesTools;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#running.length === 0;
  }

  add(call: ToolCall): void {
    if (this.#mayRun) this.#start(call);
    else this.#waiting.push(call);
  }

  /** No tool runs before the turn is decided: what it does cannot be taken back. */
  begin(): void {
    this.#mayRun = true;
    for (const call of this.#waiting.splice(0)) this.#start(call);
  }

  /** The first output of each, in the order in which they were called. Never rejects. */
  finished(): Promise<FinishedToolCall[]> {
    return Promise.all(this.#running);
  }

  #start(call: ToolCall): void {
    const tool = this.#tools.find((candidate) => candidate.name === call.name);
    this.#running.push(this.#sessionTools.start(call, { speech: this.#speech, tool, hidesTools: this.#hidesTools }));
  }
}
