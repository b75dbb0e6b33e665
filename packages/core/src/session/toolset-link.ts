import { tool } from '../agent/tool.js';
import type { RunContext } from '../agent/session.js';
import type { AgentEventOf } from '../observe/agent-event.js';
import { APIConnectionError, APITimeoutError, isAPIError } from '../provider/api-error.js';
import type { CallOptions } from '../provider/call-options.js';
import type { Clock } from '../provider/clock.js';
import type { ContentPart } from '../provider/content-part.js';
import type { JsonObject } from '../provider/json.js';
import type { ListedTool, Toolset, ToolsetConnection } from '../provider/toolset.js';
import { ContractFaults } from '../stream/contract-faults.js';
import { withDeadline } from '../stream/deadline.js';
import { createDeferred } from '../stream/deferred.js';
import { type LinkedSignal, linkSignals, type ParentSignal } from '../stream/linked-signal.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { sleep } from '../stream/sleep.js';
import { untilAbort } from '../stream/until-abort.js';
import type { Tool } from '../tools/tool.js';
import { ToolError } from '../tools/tool-errors.js';
import { listedTools } from './listed-tools.js';

/** For a connection, and for the list of its tools. */
const openMs = 10_000;
/** For a connection to be closed. */
const closeMs = 2000;
/** Between two attempts at a connection that broke: 1 s, then twice as long each time. */
const firstRetryMs = 1000;
const longestRetryMs = 30_000;

/** What a link has of its session. */
export interface ToolsetHost {
  readonly clock: Clock;
  readonly lifetime: ParentSignal;
  readonly call: () => Omit<CallOptions, 'signal'>;
  readonly emit: (event: ToolsetNews) => void;
  /** Reports a failure that the call survives. */
  readonly report: (error: unknown) => void;
  /** Owns what goes on in the background. */
  readonly own: (work: Promise<void>) => void;
}

type ToolsetNews = Omit<AgentEventOf<'tool-progress'>, 'createdAt'> | Omit<AgentEventOf<'recovered'>, 'createdAt'>;
type CallRequest = Parameters<ToolsetConnection['call']>[0];

/**
 * One toolset in a session: connected from `open` to `close`, and again whenever the connection was lost. Without one it has no tools, and
 * the call goes on.
 */
export class ToolsetLink {
  readonly #host: ToolsetHost;
  readonly #toolset: Toolset;
  readonly #link: LinkedSignal;
  readonly #running: Promise<void>;
  readonly #faults: ContractFaults;
  /** Settles with the first connection, or the first failure. */
  readonly #tried = createDeferred<void>();
  #tools: readonly Tool<RunContext>[] = [];
  #connection: ToolsetConnection | undefined;
  /** Of the present connection: fires when it is given up. */
  #held: LinkedSignal | undefined;
  #waiting: (() => void)[] = [];

  constructor(host: ToolsetHost, toolset: Toolset) {
    this.#host = host;
    this.#toolset = toolset;
    this.#link = linkSignals(host.lifetime);
    this.#faults = new ContractFaults(toolset.provider, (fault) => host.report(fault));
    this.#running = this.#run();
    host.own(this.#running);
  }

  /** As they were last listed. */
  get tools(): readonly Tool<RunContext>[] {
    return this.#tools;
  }

  /** Settles once it is known whether there is a connection; never rejects. */
  get tried(): Promise<void> {
    return this.#tried.promise;
  }

  async close(): Promise<void> {
    this.#link.abort();
    await this.#running;
    this.#link[Symbol.dispose]();
  }

  /** Never rejects. */
  async #run(): Promise<void> {
    const { clock, emit } = this.#host;
    const { signal } = this.#link;
    let failures = 0;
    while (!signal.aborted) {
      const failure = await this.#runOnce(() => {
        const { model } = this.#toolset;
        if (failures > 0) emit({ type: 'recovered', source: 'toolset', action: `connected to ${model} again` });
        failures = 0;
      });
      // One that its server has forgotten is made anew at once.
      if (failure === undefined || signal.aborted) continue;
      this.#host.report(failure.error);
      await sleep(Math.min(firstRetryMs * 2 ** failures, longestRetryMs), { clock, signal }).catch(() => {});
      failures += 1;
    }
    this.#wake();
  }

  /** One connection, from its start to its end; returns why it failed. */
  async #runOnce(onConnected: () => void): Promise<{ readonly error: unknown } | undefined> {
    const held = linkSignals(this.#link);
    this.#held = held;
    try {
      const connection = await this.#connect(held.signal);
      onConnected();
      await this.#serve(connection, held.signal);
      return undefined;
    } catch (error) {
      return held.signal.aborted ? undefined : { error };
    } finally {
      held.abort();
      held[Symbol.dispose]();
      await this.#letGo();
      this.#tried.resolve();
    }
  }

  async #connect(signal: AbortSignal): Promise<ToolsetConnection> {
    const connecting = this.#toolset.connect({ ...this.#host.call(), signal });
    let isTaken = false;
    // What comes too late is closed as soon as it is there.
    const onLate = (late: ToolsetConnection) => (isTaken ? undefined : this.#dispose(late));
    try {
      this.#connection = await this.#within(untilAbort(connecting, signal), 'connect');
      isTaken = true;
    } finally {
      if (!isTaken) connecting.then(onLate, () => {});
    }
    await this.#list(this.#connection);
    this.#tried.resolve();
    this.#wake();
    return this.#connection;
  }

  /** Listens for changes until the connection is lost. */
  async #serve(connection: ToolsetConnection, signal: AbortSignal): Promise<void> {
    for await (const event of readUntilAbort(connection.events, { signal, clock: this.#host.clock }))
      if (event.type === 'tools-change') await this.#list(connection);
    if (signal.aborted) return;
    throw new APIConnectionError('the connection ended; its tools are gone until it is back', { provider: this.#toolset.provider });
  }

  async #list(connection: ToolsetConnection): Promise<void> {
    const listed: unknown = await this.#within(connection.tools(), 'list its tools');
    this.#tools = listedTools(listed, (rule) => this.#faults.tell(rule)).map((specification) => this.#toTool(specification));
  }

  #within<T>(work: Promise<T>, what: string): Promise<T> {
    const { provider, model } = this.#toolset;
    const onTimeout = () => new APITimeoutError(`toolset ${model} did not ${what} within ${openMs} ms`, { provider });
    return withDeadline(work, { clock: this.#host.clock, timeoutMs: openMs, onTimeout });
  }

  /** Never rejects. */
  async #letGo(): Promise<void> {
    const connection = this.#connection;
    this.#tools = [];
    this.#connection = undefined;
    if (connection !== undefined) await this.#dispose(connection);
  }

  async #dispose(connection: ToolsetConnection): Promise<void> {
    const { clock, report } = this.#host;
    const onTimeout = () => new Error(`toolset ${this.#toolset.model} did not close within ${closeMs} ms`);
    try {
      await withDeadline(Promise.resolve(connection[Symbol.asyncDispose]()), { clock, timeoutMs: closeMs, onTimeout });
    } catch (error) {
      report(error);
    }
  }

  #toTool({ name, description, parameters, marks }: ListedTool): Tool<RunContext> {
    return tool<JsonObject>({
      name: toolName(name),
      description,
      parameters,
      ...marks,
      // Unless it says so, nobody knows what it does: doing it twice might do harm.
      autoRetry: marks?.autoRetry === true,
      execute: (args, context) => this.#call(name, args, context),
    });
  }

  async #call(name: string, args: Readonly<Record<string, unknown>>, context: RunContext): Promise<unknown> {
    const { toolCallId: callId, signal, speechHandle } = context;
    const onProgress: CallRequest['onProgress'] = (progress) =>
      this.#host.emit({ type: 'tool-progress', speechId: speechHandle.id, callId, name: toolName(name), ...progress });
    const request: CallRequest = { name, argumentsJson: JSON.stringify(args), callId, signal, onProgress };
    const { content, structured, isError } = await this.#callOnce(request).catch((error: unknown) => {
      if (!isAPIError(error) || error.kind !== 'expired') throw error;
      return this.#callAnew(request);
    });
    const text = textOf(content);
    if (isError) throw new ToolError(text === '' ? 'The tool failed, and gave no reason.' : text);
    return text === '' ? structured : text;
  }

  /** @throws {ToolError} There is no connection at present. */
  async #callOnce(request: CallRequest): ReturnType<ToolsetConnection['call']> {
    if (this.#connection === undefined) throw new ToolError('The tool cannot be reached at present.');
    return this.#connection.call(request);
  }

  /** Its server has forgotten the connection: once more on a new one. Contract, `ToolsetConnection`. */
  async #callAnew(request: CallRequest): ReturnType<ToolsetConnection['call']> {
    const before = this.#connection;
    this.#held?.abort();
    if (this.#connection === before) await this.#within(this.#nextConnection(), 'connect again');
    return this.#callOnce(request);
  }

  #nextConnection(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** What models take for a name; a server may use dots and slashes. */
const toolName = (name: string): string => name.replaceAll(/[^\w-]/g, '_').slice(0, 64);

/** What a model can be told of it. */
const textOf = (content: readonly ContentPart[]): string =>
  content.map((part) => (part.type === 'text' ? part.text : `[${part.type}]`)).join('\n');
