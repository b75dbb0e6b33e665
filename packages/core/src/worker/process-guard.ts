import { type ChildProcess, spawn } from 'node:child_process';

/** For job processes to end by themselves, as those do whose event loop turns: see `abandonMs`. Only for one that is blocked it passes. */
const graceMs = 20_000;

/**
 * What the guard runs: text, for a file of its own would have to be found and, from the sources, loaded with a loader. Reads a line for each
 * process, `+PID` once it was started and `-PID` once it is gone. The end of what it reads is the end of the worker, of whatever sort.
 */
const guardSource = `
  process.title = 'parley: ends job processes with their worker';
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  const pids = new Set();
  let rest = '';
  const killAll = () => {
    for (const pid of pids) try { process.kill(pid, 'SIGKILL'); } catch {}
    process.exit();
  };
  process.stdin.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\\n');
    rest = lines.pop();
    for (const line of lines) pids[line[0] === '+' ? 'add' : 'delete'](Number(line.slice(1)));
  });
  process.stdin.once('close', () => setTimeout(killAll, pids.size === 0 ? 0 : ${graceMs}));
`;

/**
 * Sees to it that job processes do not outlive their worker, however it ends. One that is killed can do nothing any more, and a job process
 * whose event loop is blocked does not notice: so a small process beside them, of some 10 MB, waits for the worker's end.
 */
export class ProcessGuard {
  readonly #pids = new Set<number>();
  #guard: ChildProcess | undefined;

  add(pid: number): void {
    this.#pids.add(pid);
    if (this.#guard === undefined) this.#start();
    else this.#tell(`+${pid}\n`);
  }

  /** With the last one the guard ends. */
  remove(pid: number): void {
    if (!this.#pids.delete(pid)) return;
    this.#tell(`-${pid}\n`);
    if (this.#pids.size > 0) return;
    this.#guard?.stdin?.end();
    this.#guard = undefined;
  }

  #start(): void {
    // A session of its own: what ends the terminal's processes together leaves it. Without the environment: nothing is loaded beside it.
    const guard = spawn(process.execPath, ['--max-old-space-size=16', '-e', guardSource], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      env: {},
    });
    guard.unref();
    const forget = () => {
      // The next process that is started gets a new one.
      if (this.#guard === guard) this.#guard = undefined;
    };
    guard.once('error', forget);
    guard.once('exit', forget);
    guard.stdin.on('error', () => {});
    this.#guard = guard;
    this.#tell([...this.#pids].map((pid) => `+${pid}\n`).join(''));
  }

  #tell(lines: string): void {
    this.#guard?.stdin?.write(lines);
  }
}
