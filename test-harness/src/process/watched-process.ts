import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { watchMemory } from './memory-watch.js';
import { ProcessDeadline } from './process-deadline.js';
import type { RunJob, RunMessage } from './run-message.js';

/** The heap's bound, and that of all memory, buffers included. A vendor's message of 50 MB takes a fifth of it. */
const heapMb = 512;
const mostMb = 1536;
/** Of what the plugin prints, so much is kept. */
const mostPrinted = 2000;
/** From `done` on: it ends what it has, and has nothing to wait for. */
const endMs = 3000;

/** Why a process is no more. */
export type ProcessEnd =
  | { readonly type: 'done' }
  /** It had said that it was done, and stayed. */
  | { readonly type: 'lingered' }
  /** Before anything of the plugin's was loaded. */
  | { readonly type: 'not-started'; readonly how: string }
  | { readonly type: 'ended'; readonly how: string }
  | { readonly type: 'stuck'; readonly afterMs: number }
  | { readonly type: 'memory'; readonly limitMb: number };

export interface WatchedProcess {
  readonly end: ProcessEnd;
  /** What the plugin wrote to its own standard output and error, cut. */
  readonly printed: string;
}

export interface WatchOptions {
  readonly job: RunJob;
  /** Real time within which a message must come, counted from the last one. */
  readonly patienceMs: (last: RunMessage | undefined) => number;
  readonly onMessage: (message: RunMessage) => void;
}

/** The file beside this one, built or as it is in the sources. */
function processFile(): { readonly file: string; readonly execArgv: readonly string[] } {
  const isSource = import.meta.url.endsWith('.ts');
  const url = new URL(isSource ? './plugin-process.ts' : './plugin-process.mjs', import.meta.url);
  return { file: fileURLToPath(url), execArgv: isSource ? ['--conditions=@parley/source', '--import=tsx'] : [] };
}

/** Starts a process with the job and watches it to its end, which always comes. */
export async function watchProcess({ job, patienceMs, onMessage }: WatchOptions): Promise<WatchedProcess> {
  const { file, execArgv } = processFile();
  const child = fork(file, { execArgv: [...execArgv, `--max-old-space-size=${heapMb}`], silent: true });
  let last: RunMessage | undefined;
  let end: ProcessEnd | undefined;
  let printed = '';
  let isHeapFull = false;
  const kill = (reason: ProcessEnd) => {
    end ??= reason;
    child.kill('SIGKILL');
  };
  using deadline = new ProcessDeadline(child.pid);
  const expectNext = () => {
    const afterMs = last?.type === 'done' ? endMs : patienceMs(last);
    deadline.set(afterMs, () => kill(last?.type === 'done' ? { type: 'lingered' } : { type: 'stuck', afterMs }));
  };
  child.on('message', (message: RunMessage) => {
    last = message;
    expectNext();
    if (message.type === 'ready') child.send(job);
    else onMessage(message);
  });
  const print = (chunk: Buffer) => {
    if (printed.length < mostPrinted) printed += chunk.toString();
  };
  child.stdout?.on('data', print);
  child.stderr?.on('data', (chunk: Buffer) => {
    print(chunk);
    isHeapFull ||= chunk.includes('heap out of memory');
  });
  child.on('error', (error) => print(Buffer.from(error.message)));
  // A child that is busy would not notice that this process is gone.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  expectNext();
  using _memory = watchMemory(child.pid ?? 0, mostMb, () => kill({ type: 'memory', limitMb: mostMb }));
  const [code, signal] = await closed(child);
  process.off('exit', killAtExit);
  if (last === undefined)
    return { end: { type: 'not-started', how: `exit code ${code}, ${signal}: ${printed.slice(0, mostPrinted)}` }, printed: '' };
  return { end: end ?? endOf({ last, code, signal, isHeapFull }), printed: printed.slice(0, mostPrinted) };
}

async function closed(child: ReturnType<typeof fork>): Promise<readonly [number | null, NodeJS.Signals | null]> {
  const ended: readonly unknown[] = await once(child, 'close');
  const [code, signal] = ended;
  return [typeof code === 'number' ? code : null, isSignal(signal) ? signal : null];
}
const isSignal = (value: unknown): value is NodeJS.Signals => typeof value === 'string';

interface Exit {
  readonly last: RunMessage | undefined;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Node said so when it ended. */
  readonly isHeapFull: boolean;
}

/** Node's own codes. @see https://nodejs.org/docs/latest-v20.x/api/process.html#exit-codes */
function endOf({ last, code, signal, isHeapFull }: Exit): ProcessEnd {
  if (last?.type === 'done' && code === 0) return { type: 'done' };
  if (isHeapFull) return { type: 'memory', limitMb: heapMb };
  if (code === 13) return { type: 'ended', how: 'it waited for what can never come (exit code 13)' };
  return { type: 'ended', how: code === null ? `by ${signal ?? 'a signal'}` : `with exit code ${code}` };
}
