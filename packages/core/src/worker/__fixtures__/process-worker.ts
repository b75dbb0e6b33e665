import { createScriptedDispatcher, type ScriptedDispatcher } from '../../testing/scripted-dispatcher.js';
import type { WorkerOptions } from '../worker-options.js';
import { Worker } from '../worker.js';
import { collectLog } from './collected-log.js';
import { transportUrl } from './inline-worker.js';

export const agentUrl = (name: 'scripted' | 'failing' | 'slow'): URL => new URL(`./${name}-agent.ts`, import.meta.url);

export interface ProcessWorker extends AsyncDisposable {
  readonly worker: Worker;
  readonly dispatcher: ScriptedDispatcher;
  readonly log: ReturnType<typeof collectLog>;
  /** Settles once a line with this text was written so often. */
  readonly logged: (text: string, times?: number) => Promise<void>;
}

/** A worker with real job processes, registered, in real time. */
export async function runProcesses(options: Partial<WorkerOptions> = {}): Promise<ProcessWorker> {
  const log = collectLog();
  const dispatcher = createScriptedDispatcher({ transport: transportUrl });
  const worker = new Worker({
    agent: agentUrl('scripted'),
    dispatcher,
    port: null,
    idleProcesses: 0,
    load: () => 0,
    logger: log.logger,
    // Where a single processor runs many tests a process may take long to start.
    initializeTimeoutMs: 30_000,
    ...options,
  });
  const running = worker.run();
  running.catch(() => {});
  await log.logged('the worker is registered');
  return {
    worker,
    dispatcher,
    log,
    logged: log.logged,
    async [Symbol.asyncDispose]() {
      await worker.close();
      await running;
    },
  };
}
