import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inheritedArguments, isTypeScript, typeScriptArguments } from './process-arguments.js';
import { jobProcessMark } from './job-process-mark.js';
import type { ProcessChannel, ProcessExit, ProcessListener, StartProcess } from './process-channel.js';
import { ProcessGuard } from './process-guard.js';
import { WorkerError } from './worker-error.js';

/** The file beside this one, as it is in the sources or built. */
const isOwnSource = isTypeScript(new URL(import.meta.url).pathname);
const childUrl = new URL(isOwnSource ? './worker-child.ts' : './worker-child.mjs', import.meta.url);

/**
 * Starts processes that run `@parley/core/worker-child`, which speaks with its parent alone.
 *
 * @param options.agent URL of the agent's module: one in TypeScript is run with tsx, found from where it lies.
 * @param options.execArgv Arguments to Node beside those that the worker itself was given.
 * @throws {WorkerError} code `agent`: it is TypeScript, and there is no tsx.
 */
export function forkProcesses({ agent, execArgv }: { readonly agent: string; readonly execArgv: readonly string[] }): StartProcess {
  const needsLoader = isOwnSource || isTypeScript(new URL(agent).pathname);
  const forTypeScript = needsLoader ? typeScriptArguments({ isOwnSource, loader: findLoader(agent) }) : [];
  const all = [...inheritedArguments(process.execArgv), ...forTypeScript, ...execArgv];
  return (listener) => startChild(all, listener);
}

function findLoader(agent: string): string {
  for (const from of [agent, import.meta.url]) {
    try {
      return pathToFileURL(createRequire(from).resolve('tsx')).href;
    } catch {
      // Not there: the next place.
    }
  }
  throw new WorkerError(
    'agent',
    `the agent ${fileURLToPath(agent)} is TypeScript, and tsx is not installed: run "npm install --save-dev tsx", or name the built file`,
  );
}

function startChild(execArgv: readonly string[], { onMessage, onExit }: ProcessListener): ProcessChannel {
  const child = fork(fileURLToPath(childUrl), [jobProcessMark], { execArgv: [...execArgv], serialization: 'json' });
  own(child);
  let isOver = false;
  const finish = (exit: ProcessExit) => {
    if (isOver) return;
    isOver = true;
    release(child);
    onExit(exit);
  };
  child.on('message', onMessage);
  child.on('error', (error) => {
    // A message that could not be sent, or a process that could not be started: of the former its exit will tell.
    if (child.pid === undefined) finish({ type: 'not-started', error: error.message });
  });
  // Once the channel is closed as well: no message comes after it.
  child.once('close', (code, signal) => finish(code === null ? { type: 'signal', signal: signal ?? 'unknown' } : { type: 'code', code }));
  return {
    pid: child.pid,
    send: (message) => sendTo(child, message),
    kill: () => void child.kill('SIGKILL'),
  };
}

function sendTo(child: ChildProcess, message: object): void {
  if (child.connected) child.send(message, () => {});
}

/** A worker that ends, in whatever way, closes the channel, which ends its processes, too; those that do not notice are ended by the guard. */
const guard = new ProcessGuard();

function own({ pid }: ChildProcess): void {
  if (pid !== undefined) guard.add(pid);
}

function release({ pid }: ChildProcess): void {
  if (pid !== undefined) guard.remove(pid);
}
