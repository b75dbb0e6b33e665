import { createScriptedDispatcher, type ScriptedDispatcher } from '../../testing/scripted-dispatcher.js';
import { VirtualClock } from '../../time/virtual-clock.js';
import { type AgentFunctions, defineAgent } from '../define-agent.js';
import type { WorkerOptions } from '../worker-options.js';
import { Worker } from '../worker.js';
import { collectLog } from './collected-log.js';

/** The module beside this one, as an assignment names it. */
export const transportUrl = new URL('./scripted-transport.ts', import.meta.url).href;

export interface InlineWorker extends AsyncDisposable {
  readonly worker: Worker;
  readonly dispatcher: ScriptedDispatcher;
  readonly clock: VirtualClock;
  readonly log: ReturnType<typeof collectLog>;
  /** Settles as `worker.run()` does. */
  readonly running: Promise<void>;
}

/** A worker that runs, registered, whose jobs run in this process on a virtual clock. */
export async function runInline(agent: AgentFunctions | AgentFunctions['entry'], options: Partial<WorkerOptions> = {}): Promise<InlineWorker> {
  const clock = new VirtualClock();
  const log = collectLog();
  const dispatcher = createScriptedDispatcher({ transport: transportUrl });
  const worker = new Worker({
    agent: defineAgent(typeof agent === 'function' ? { entry: agent } : agent),
    dispatcher,
    isolation: 'inline',
    port: null,
    load: () => 0,
    clock,
    logger: log.logger,
    ...options,
  });
  const running = worker.run();
  // A test that is about its failure awaits it.
  running.catch(() => {});
  await clock.advance(0);
  return {
    worker,
    dispatcher,
    clock,
    log,
    running,
    async [Symbol.asyncDispose]() {
      await clock.runUntil(worker.close());
    },
  };
}
