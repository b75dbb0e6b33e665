import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../scripts/livekit-server/free-port.mjs';
import { untilTrue } from '../load/until-true.js';
import { repositoryFolder } from '../repository-folder.js';
import type { SubjectName } from '../subject.js';
import { readBenchServer } from './bench-server.js';
import { checkProcessList, commandOf, cpuMsOf, descendants } from './process-list.js';
import { readWorkerMessage, type WorkerMessage, type WorkerQuestion, type WorkerSettings } from './worker-messages.js';

type Status = Extract<WorkerMessage, { readonly type: 'status' }>;

const programs: Readonly<Record<SubjectName, { readonly worker: string; readonly jobProcess: string }>> = {
  parley: { worker: 'bench/dist/room-worker.mjs', jobProcess: 'worker-child' },
  peer: { worker: 'bench/peer/peer-room-worker.mjs', jobProcess: 'job_proc_lazy_main' },
};
/** Of as many processes as are asked for, on a machine that has other things to do. */
const startMs = 180_000;
/** Of a process that has nothing to do: what its heartbeat takes in half a second. */
const quietCpuMs = 20;
const quietMs = 500;

export interface SubjectWorkerOptions {
  readonly subject: SubjectName;
  readonly idleProcesses: number;
  readonly jobsPerProcess: number;
}

/** A worker of ours or of the peer's, in a process of its own, registered under a name of its own. */
export class SubjectWorker implements AsyncDisposable {
  readonly agentName: string;
  /** When the job of a room was offered, by `monotonicMs`. */
  readonly offers = new Map<string, number>();
  readonly #child: ChildProcess;
  readonly #jobProcess: string;
  #isRegistered = false;
  #status: Status | undefined;

  private constructor(child: ChildProcess, { agentName, subject }: { readonly agentName: string; readonly subject: SubjectName }) {
    this.agentName = agentName;
    this.#child = child;
    this.#jobProcess = programs[subject].jobProcess;
    child.on('message', (value) => this.#hear(readWorkerMessage(value)));
  }

  /** Settles once it is registered and its processes are warm. */
  static async start({ subject, idleProcesses, jobsPerProcess }: SubjectWorkerOptions): Promise<SubjectWorker> {
    checkProcessList();
    const agentName = `bench-${process.pid}-${(started += 1)}`;
    const healthPort = await freePort('tcp');
    const settings: WorkerSettings = { ...readBenchServer(), agentName, idleProcesses, jobsPerProcess, healthPort };
    const child = fork(fileURLToPath(new URL(programs[subject].worker, repositoryFolder)), [JSON.stringify(settings)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', subject === 'peer' ? 'ignore' : 'inherit', 'ipc'],
    });
    const worker = new SubjectWorker(child, { agentName, subject });
    await untilTrue(() => worker.#isRegistered, { what: 'the worker to register', timeoutMs: startMs });
    await worker.untilWarm(Math.ceil(idleProcesses));
    return worker;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Those that run jobs, or wait for one. */
  get jobProcesses(): readonly number[] {
    return descendants(this.pid).filter((pid) => commandOf(pid).includes(this.#jobProcess));
  }

  /** It and all that it started. */
  get allProcesses(): readonly number[] {
    return [this.pid, ...descendants(this.pid)];
  }

  /** So many processes for jobs are there, and none of them has anything to do. */
  async untilWarm(count: number): Promise<void> {
    const lateMs = performance.now() + startMs;
    for (;;) {
      const before = this.jobProcesses.map((pid) => ({ pid, cpuMs: cpuMsOf(pid) }));
      await sleep(quietMs);
      const isQuiet = before.every(({ pid, cpuMs }) => cpuMsOf(pid) - cpuMs <= quietCpuMs);
      if (before.length >= count && isQuiet && this.jobProcesses.length === before.length) return;
      if (performance.now() > lateMs) throw new Error(`waited ${startMs} ms for ${count} warm processes, and there are ${before.length}`);
    }
  }

  /** Asked once at a time. */
  async ask(question: WorkerQuestion): Promise<Status> {
    this.#status = undefined;
    this.#child.send(question);
    await untilTrue(() => this.#status !== undefined, { what: 'the status of the worker', timeoutMs: startMs });
    const status = this.#status;
    if (status === undefined) throw new Error('the worker has no status');
    return status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const below = descendants(this.pid);
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGKILL');
      await gone;
    }
    // The peer's outlive it for a while.
    for (const pid of below) killIfThere(pid);
  }

  #hear(message: WorkerMessage | undefined): void {
    if (message?.type === 'registered') this.#isRegistered = true;
    if (message?.type === 'offer') this.offers.set(message.room, message.atMs);
    if (message?.type === 'status') this.#status = message;
  }
}

let started = 0;

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has gone.
  }
}
