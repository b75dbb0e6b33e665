// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

const waitMs = 60_000;
const askEveryMs = 50;
const linesKept = 4000;

/** A worker in a process of its own, as a container would run it. */
export class RunningWorker {
  #child;
  #port;
  #output = '';
  #exited;

  /** @param {readonly string[]} command @param {{ readonly folder: string; readonly port: number; readonly environment: Record<string, string | undefined> }} options */
  constructor([program = '', ...words], { folder, port, environment }) {
    this.#port = port;
    this.#child = spawn(program, words, { cwd: folder, env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream.on('data', (/** @type {Buffer} */ chunk) => {
        this.#output = `${this.#output}${chunk.toString()}`.slice(-linesKept);
      });
    this.#exited = once(this.#child, 'exit');
    this.#exited.catch(() => {});
  }

  get output() {
    return this.#output;
  }

  get isRunning() {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What a probe gets. @param {string} path @returns {Promise<{ readonly status: number; readonly body: string }>} */
  async probe(path) {
    try {
      const response = await fetch(`http://127.0.0.1:${this.#port}${path}`);
      return { status: response.status, body: (await response.text()).trim() };
    } catch {
      return { status: 0, body: 'no answer' };
    }
  }

  async activeJobs() {
    const { status, body } = await this.probe('/worker');
    /** @type {{ readonly activeJobs: number; readonly processMemoryMb: number }} */
    const { activeJobs, processMemoryMb } = status === 200 ? JSON.parse(body) : { activeJobs: -1, processMemoryMb: 0 };
    return { activeJobs, processMemoryMb, ownMemoryMb: this.#ownMemoryMb };
  }

  /** @param {string} what @param {() => Promise<boolean>} condition */
  async until(what, condition) {
    const startedAt = performance.now();
    while (!(await condition())) {
      if (performance.now() - startedAt > waitMs)
        throw new Error(`${what}: not within ${waitMs} ms, but "${(await this.probe('/readyz')).body}". Its last lines:\n${this.#output}`);
      if (!this.isRunning) throw new Error(`${what}: the worker has ended with ${this.#child.exitCode}. Its last lines:\n${this.#output}`);
      await new Promise((resolve) => {
        setTimeout(resolve, askEveryMs);
      });
    }
    return performance.now() - startedAt;
  }

  terminate() {
    this.#child.kill('SIGTERM');
  }

  /** @returns {Promise<number | null>} Its exit code. */
  async end() {
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), waitMs);
    if (this.isRunning) await this.#exited;
    clearTimeout(timer);
    return this.#child.exitCode;
  }

  kill() {
    if (this.isRunning) this.#child.kill('SIGKILL');
  }

  /** Resident; of Linux only. */
  get #ownMemoryMb() {
    try {
      return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${this.#child.pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }
}

/** What the image's health check says. @param {readonly string[]} command @param {{ readonly folder: string; readonly port: number }} options */
export function checkHealth([program = '', ...words], { folder, port }) {
  return spawnSync(program, words, { cwd: folder, env: { ...process.env, PORT: String(port) }, timeout: waitMs }).status;
}
