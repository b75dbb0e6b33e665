import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { RoomAgentDispatch } from '@livekit/protocol';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import { dispose, ParticipantKind, Room } from '@livekit/rtc-node';
import type { WorkerStatus } from '@parley/core/worker';
import { type LiveKitNodes, startLiveKitNodes } from '../../../../scripts/livekit-server/start-nodes.mjs';
import { until } from '../room/__fixtures__/room-trial.js';
import { TrialCaller } from '../room/__fixtures__/trial-caller.js';

export type DeskWorkerMessage =
  | { readonly type: 'line'; readonly line: string }
  | { readonly type: 'status'; readonly status: WorkerStatus };

const isMessage = (value: unknown): value is DeskWorkerMessage => typeof value === 'object' && value !== null && 'type' in value;
const longMs = 60_000;

/** A worker's process, from outside. */
export class DeskWorker {
  readonly lines: string[] = [];
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  #status: WorkerStatus | undefined;

  constructor({ url, apiKey, apiSecret }: LiveKitNodes) {
    this.#process = fork(fileURLToPath(new URL('desk-worker.ts', import.meta.url)), {
      execArgv: ['--conditions=@parley/source', '--import=tsx'],
      env: { ...process.env, LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret },
    });
    this.#exited = once(this.#process, 'exit');
    this.#process.on('message', (message) => {
      if (!isMessage(message)) return;
      if (message.type === 'line') this.lines.push(message.line);
      else this.#status = message.status;
    });
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

/** What an agent says of itself in the room: see the desk's agent. */
export interface DeskAgent {
  readonly identity: string;
  readonly met: string;
  readonly pid: number;
  readonly job: string;
  readonly isAgain: boolean;
}

/** A room with a caller in it. */
export class DeskCall {
  readonly name: string;
  readonly caller: TrialCaller;

  constructor(name: string, caller: TrialCaller) {
    this.name = name;
    this.caller = caller;
  }

  /** Those that the caller sees. */
  get agents(): readonly DeskAgent[] {
    return [...this.caller.room.remoteParticipants.values()]
      .filter(({ kind }) => kind === ParticipantKind.AGENT)
      .map(({ identity, attributes }) => ({
        identity,
        met: attributes['met'] ?? '',
        pid: Number(attributes['pid']),
        job: attributes['job'] ?? '',
        isAgain: attributes['again'] === 'true',
      }));
  }

  /** The one agent that has met the caller; undefined while there is none, or another beside it. */
  get agent(): DeskAgent | undefined {
    const [agent, ...others] = this.agents;
    return others.length === 0 && agent?.met === `caller-${this.name}` ? agent : undefined;
  }

  /** 10 ms each, with sound in them, since this moment. */
  loudFrames(sinceMs: number): number {
    return this.caller.heard.filter(({ atMs, isLoud }) => isLoud && atMs >= sinceMs).length;
  }
}

/** Two nodes of a LiveKit cluster, workers, and calls. All of it ends with its disposal. */
export class DeskTrial implements AsyncDisposable {
  readonly nodes: LiveKitNodes;
  readonly workers: DeskWorker[] = [];
  readonly rooms: RoomServiceClient;
  readonly calls: DeskCall[] = [];

  private constructor(nodes: LiveKitNodes) {
    this.nodes = nodes;
    this.rooms = new RoomServiceClient(nodes.url.replace('ws:', 'http:'), nodes.apiKey, nodes.apiSecret);
  }

  static async start(workers: number): Promise<DeskTrial> {
    const trial = new DeskTrial(await startLiveKitNodes());
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
    const worker = new DeskWorker(this.nodes);
    this.workers.push(worker);
    await until('registered', () => worker.count('the worker is registered') > 0, longMs);
    for (let idle = 0; idle === 0; ) ({ idle } = (await worker.status()).processes);
    return worker;
  }

  /** A room for which an agent is asked, with a caller in it. */
  async call(name: string, { node, metadata = '' }: { readonly node?: number; readonly metadata?: string } = {}): Promise<DeskCall> {
    const nodeId = node === undefined ? undefined : this.nodes.nodes[node]?.nodeId;
    await this.rooms.createRoom({ name, agents: [new RoomAgentDispatch({ agentName: 'desk', metadata })], departureTimeout: 3, ...(nodeId === undefined ? {} : { nodeId }) });
    const room = new Room();
    const call = new DeskCall(name, new TrialCaller(room));
    this.calls.push(call);
    await room.connect(this.nodes.url, await this.token(name), { autoSubscribe: true, dynacast: false });
    return call;
  }

  token(name: string): Promise<string> {
    const token = new AccessToken(this.nodes.apiKey, this.nodes.apiSecret, { identity: `caller-${name}` });
    token.addGrant({ roomJoin: true, room: name });
    return token.toJwt();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.calls.map(({ caller }) => caller[Symbol.asyncDispose]()));
    await Promise.all(this.workers.map((worker) => worker.end()));
    await dispose();
    await this.nodes.stop();
  }
}
