import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RoomAgentDispatch } from '@livekit/protocol';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { realClock } from '@parley/core/provider-kit';
import type { WorkerStatus } from '@parley/core/worker';
import { type LiveKitNodes, startLiveKitNodes } from '../../../../scripts/livekit-server/start-nodes.mjs';
import { after, until } from '../room/__fixtures__/room-trial.js';
import { type DeskAgent, DeskCallers } from './desk-callers.js';

export type DeskWorkerMessage =
  | { readonly type: 'line'; readonly line: string }
  | { readonly type: 'status'; readonly status: WorkerStatus };

const isMessage = (value: unknown): value is DeskWorkerMessage => typeof value === 'object' && value !== null && 'type' in value;
const longMs = 60_000;
/** Callers that join together. */
const atOnce = 10;
const betweenCallsMs = 250;

/** A worker's process, from outside. */
export class DeskWorker {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  #status: WorkerStatus | undefined;

  constructor({ url, apiKey, apiSecret }: LiveKitNodes, jobs: number) {
    this.#process = fork(fileURLToPath(new URL('desk-worker.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: ['--conditions=@parley/source', '--import=tsx'],
      env: { ...process.env, LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret, DESK_JOBS: String(jobs) },
    });
    this.#exited = once(this.#process, 'exit');
    this.#process.on('message', (message) => {
      if (!isMessage(message)) return;
      if (message.type === 'line') this.lines.push(message.line);
      else this.#status = message.status;
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  count(text: string): number {
    return this.lines.filter((line) => line.includes(text)).length;
  }

  /** How it stands now; of one that has ended, how it stood last. */
  async status(): Promise<WorkerStatus> {
    if (this.#process.connected) {
      this.#status = undefined;
      this.#process.send('status');
    }
    return until('the status of a worker', () => this.#status);
  }

  /** Settles with its last status, once it has ended by itself. */
  async drain(timeoutMs: number): Promise<WorkerStatus> {
    this.#process.send(timeoutMs);
    await this.#exited;
    return this.status();
  }

  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  async end(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) await this.kill();
  }
}

/** A room with a caller in it. */
export class DeskCall {
  readonly name: string;
  readonly metadata: string;
  readonly #callers: DeskCallers;

  constructor({ name, metadata }: { readonly name: string; readonly metadata: string }, callers: DeskCallers) {
    this.name = name;
    this.metadata = metadata;
    this.#callers = callers;
  }

  /** Whether the caller is in the room. */
  get isConnected(): boolean {
    return this.#callers.state(this.name)?.isConnected ?? false;
  }

  /** Those that the caller sees. */
  get agents(): readonly DeskAgent[] {
    return this.#callers.state(this.name)?.agents ?? [];
  }

  /** The one agent that has met the caller; undefined while there is none, or another beside it. */
  get agent(): DeskAgent | undefined {
    const [agent, ...others] = this.agents;
    return others.length === 0 && agent?.met === `caller-${this.name}` ? agent : undefined;
  }

  /** How long there was sound since this moment. */
  loudMs(sinceMs: number): number {
    return this.#callers.loudMs(this.name, sinceMs);
  }
}

/** Two nodes of a LiveKit cluster, workers, and calls. All of it ends with its disposal. */
export class DeskTrial implements AsyncDisposable {
  readonly nodes: LiveKitNodes;
  readonly workers: DeskWorker[] = [];
  readonly rooms: RoomServiceClient;
  readonly #jobs: number;
  readonly #callers = new DeskCallers();
  calls: readonly DeskCall[] = [];

  private constructor(nodes: LiveKitNodes, jobs: number) {
    this.#jobs = jobs;
    this.nodes = nodes;
    this.rooms = new RoomServiceClient(nodes.url.replace('ws:', 'http:'), nodes.apiKey, nodes.apiSecret);
  }

  /** @param options.jobs From so many on a worker counts as full: the server is to share them out. */
  static async start({ workers, jobs }: { readonly workers: number; readonly jobs: number }): Promise<DeskTrial> {
    const trial = new DeskTrial(await startLiveKitNodes(), jobs);
    try {
      await Promise.all(Array.from({ length: workers }, () => trial.startWorker()));
      return trial;
    } catch (error) {
      await trial[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Registered, with a process that is warm. */
  async startWorker(): Promise<DeskWorker> {
    const worker = new DeskWorker(this.nodes, this.#jobs);
    this.workers.push(worker);
    await until('registered', () => worker.count('the worker is registered') > 0, longMs);
    for (let idle = 0; idle === 0; ) ({ idle } = (await worker.status()).processes);
    return worker;
  }

  /** So many calls, a few at a time, until each has met its agent. */
  async callAll(names: readonly string[], metadata: (index: number) => string): Promise<void> {
    for (let from = 0; from < names.length; from += atOnce) {
      const calls = names.slice(from, from + atOnce).map((name, index) => this.call(name, { node: index % 2, metadata: metadata(from + index) }));
      for (const call of await Promise.all(calls)) await until(`the agent of ${call.name}`, () => call.agent, longMs);
    }
  }

  /** Over for all, and forgotten. */
  async end(calls: readonly DeskCall[]): Promise<void> {
    await Promise.all(calls.map(({ name }) => this.rooms.deleteRoom(name)));
    for (const { name } of calls) this.#callers.leave(name);
    this.calls = this.calls.filter((call) => !calls.includes(call));
  }

  /** The workers' counts together. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    const total: Record<string, number> = {};
    for (const worker of this.workers) {
      const { counts } = await worker.status();
      for (const [name, count] of Object.entries(counts)) total[name] = (total[name] ?? 0) + Number(count);
    }
    return total;
  }

  /** A room for which an agent is asked, with a caller in it. */
  async call(name: string, { node, metadata = '' }: { readonly node?: number; readonly metadata?: string } = {}): Promise<DeskCall> {
    const nodeId = node === undefined ? undefined : this.nodes.nodes[node]?.nodeId;
    await this.rooms.createRoom({ name, agents: [new RoomAgentDispatch({ agentName: 'desk', metadata })], departureTimeout: 3, ...(nodeId === undefined ? {} : { nodeId }) });
    this.#callers.join(name, { url: this.nodes.url, token: await this.token(name) });
    const call = new DeskCall({ name, metadata }, this.#callers);
    this.calls = [...this.calls, call];
    return call;
  }

  /** As somebody calls who tries again while it is refused. */
  async callAtLast(name: string, timeoutMs: number): Promise<DeskCall> {
    for (const untilMs = realClock.now() + timeoutMs; ; ) {
      try {
        return await this.call(name);
      } catch (error) {
        if (realClock.now() > untilMs) throw error;
        await after(betweenCallsMs);
      }
    }
  }

  token(name: string): Promise<string> {
    const token = new AccessToken(this.nodes.apiKey, this.nodes.apiSecret, { identity: `caller-${name}` });
    token.addGrant({ roomJoin: true, room: name });
    return token.toJwt();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#callers[Symbol.asyncDispose]();
    await Promise.all(this.workers.map((worker) => worker.end()));
    await this.nodes.stop();
  }
}
