import { APIConnectionError, APIError } from '../provider/api-error.js';
import type { Json, JsonObject } from '../provider/json.js';
import type { Toolset, ToolsetConnection, ToolsetEvent } from '../provider/toolset.js';
import type { ToolMarks } from '../provider/tool-marks.js';
import { Channel } from '../stream/channel.js';
import { sleep } from '../stream/sleep.js';

/** A tool of a scripted toolset. */
export interface ScriptedTool {
  readonly name: string;
  readonly description?: string;
  /** Default: an object without parameters. */
  readonly parameters?: JsonObject;
  readonly marks?: ToolMarks;
  /** What the model reads; default: the empty text. */
  readonly output?: string;
  /** In place of text. */
  readonly structured?: Json;
  /** It failed, and `output` says why. */
  readonly isError?: boolean;
  /** From the call to its result; default 0. */
  readonly delayMs?: number;
  /** Told halfway through. */
  readonly progress?: { readonly done: number; readonly total?: number; readonly message?: string };
}

export interface ScriptedToolset extends Toolset {
  /** Connections made so far, failed ones not counted. */
  readonly connections: number;
  /** Made and not closed. */
  readonly openCount: number;
  /** Calls so far, as `name {"its":"arguments"}`; those that were aborted end in `(aborted)`. */
  readonly calls: readonly string[];
  /** From now on it has these, and tells so. */
  change(tools: readonly ScriptedTool[]): void;
  /** The connection breaks. */
  disconnect(): void;
  /** The next call is told that the server knows the connection no more. */
  expire(): void;
  /** So many attempts to connect fail from now on. */
  refuse(times: number): void;
}

/** A toolset that answers what it was told to, through the contract. */
export function createScriptedToolset(
  tools: readonly ScriptedTool[],
  { name = 'scripted', connectMs = 0 }: { readonly name?: string; readonly connectMs?: number } = {},
): ScriptedToolset {
  const script = new Script(tools, connectMs);
  return {
    specificationVersion: 1,
    kind: 'toolset',
    provider: 'scripted',
    model: name,
    capabilities: { listChanges: true, progress: true },
    get connections() {
      return script.connections;
    },
    get openCount() {
      return script.open.size;
    },
    get calls() {
      return script.calls;
    },
    change: (changed) => script.change(changed),
    disconnect: () => script.disconnect(),
    expire: () => script.expire(),
    refuse: (times) => script.refuse(times),
    connect: (options) => script.connect(options),
  };
}

class Script {
  connections = 0;
  readonly open = new Set<Channel<ToolsetEvent>>();
  readonly calls: string[] = [];
  #tools: readonly ScriptedTool[];
  readonly #connectMs: number;
  #refusals = 0;
  #isExpired = false;

  constructor(tools: readonly ScriptedTool[], connectMs: number) {
    this.#tools = tools;
    this.#connectMs = connectMs;
  }

  change(tools: readonly ScriptedTool[]): void {
    this.#tools = tools;
    for (const events of this.open) void events.push({ type: 'tools-change' });
  }

  disconnect(): void {
    for (const events of this.open) events.fail(new APIConnectionError('the connection was lost', { provider: 'scripted' }));
  }

  expire(): void {
    this.#isExpired = true;
  }

  refuse(times: number): void {
    this.#refusals = times;
  }

  async connect({ clock, signal }: Parameters<Toolset['connect']>[0]): Promise<ToolsetConnection> {
    await sleep(this.#connectMs, { clock, signal });
    if (this.#refusals > 0) {
      this.#refusals -= 1;
      throw new APIConnectionError('the connection was refused', { provider: 'scripted' });
    }
    this.connections += 1;
    const events = new Channel<ToolsetEvent>({ capacity: 100, whenFull: 'drop-oldest' });
    this.open.add(events);
    return {
      events,
      tools: async () =>
        this.#tools.map(({ name, description = name, parameters = { type: 'object', properties: {} }, marks }) => ({
          name,
          description,
          parameters,
          ...(marks === undefined ? {} : { marks }),
        })),
      call: (request) => this.#call(request, clock),
      [Symbol.asyncDispose]: async () => {
        events.end();
        this.open.delete(events);
      },
    };
  }

  async #call(
    { name, argumentsJson, signal, onProgress }: Parameters<ToolsetConnection['call']>[0],
    clock: Parameters<Toolset['connect']>[0]['clock'],
  ): ReturnType<ToolsetConnection['call']> {
    if (this.#isExpired) {
      this.#isExpired = false;
      throw new APIError('the connection is not known any more', { kind: 'expired', provider: 'scripted', retryable: true });
    }
    const made = `${name} ${argumentsJson}`;
    const index = this.calls.push(made) - 1;
    const tool = this.#tools.find((one) => one.name === name);
    if (tool === undefined)
      throw new APIError(`there is no tool "${name}"`, { kind: 'invalid-request', provider: 'scripted', retryable: false });
    const { delayMs = 0, output = '', structured, isError = false, progress } = tool;
    try {
      await sleep(delayMs / 2, { clock, signal });
      if (progress !== undefined) onProgress?.(progress);
      await sleep(delayMs / 2, { clock, signal });
    } catch (error) {
      this.calls[index] = `${made} (aborted)`;
      throw error;
    }
    return { content: output === '' ? [] : [{ type: 'text', text: output }], isError, ...(structured === undefined ? {} : { structured }) };
  }
}
