import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { realClock } from '@parley/core/provider-kit';

/** What an agent says of itself in the room: see the desk's agent. */
export interface DeskAgent {
  readonly met: string;
  readonly pid: number;
  /** The worker's. */
  readonly workerPid: number;
  readonly job: string;
  readonly isAgain: boolean;
}

/** What a caller sees and has heard. */
export interface CallerState {
  readonly call: string;
  readonly isConnected: boolean;
  readonly agents: readonly DeskAgent[];
  /** How long there was sound, from the beginning. */
  readonly loudMs: number;
}

export type CallerOrder =
  | { readonly type: 'join'; readonly call: string; readonly url: string; readonly token: string }
  | { readonly type: 'leave'; readonly call: string };

/** In one process. */
const mostTogether = 10;
/** Of what was heard so much is remembered. */
const mostStates = 1000;

interface CallersProcess {
  readonly process: ChildProcess;
  readonly calls: Set<string>;
}

/** All callers of a trial, ten to a process. */
export class DeskCallers implements AsyncDisposable {
  readonly #processes: CallersProcess[] = [];
  /** By call, the newest last. */
  readonly #states = new Map<string, { readonly atMs: number; readonly state: CallerState }[]>();

  /** The caller then joins, sooner or later. */
  join(call: string, { url, token }: { readonly url: string; readonly token: string }): void {
    this.#states.set(call, []);
    const one = this.#processes.find(({ calls }) => calls.size < mostTogether) ?? this.#start();
    one.calls.add(call);
    this.#send(one, { type: 'join', call, url, token });
  }

  leave(call: string): void {
    this.#states.delete(call);
    const one = this.#processes.find(({ calls }) => calls.delete(call));
    if (one !== undefined) this.#send(one, { type: 'leave', call });
  }

  /** How it stands with a caller; undefined before their process has told. */
  state(call: string): CallerState | undefined {
    return this.#states.get(call)?.at(-1)?.state;
  }

  /** How long a caller has heard sound since this moment. */
  loudMs(call: string, sinceMs: number): number {
    const states = this.#states.get(call) ?? [];
    const before = states.findLast(({ atMs }) => atMs <= sinceMs)?.state.loudMs ?? 0;
    return (states.at(-1)?.state.loudMs ?? 0) - before;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      this.#processes.map(async ({ process }) => {
        if (process.exitCode !== null || process.signalCode !== null) return;
        const exited = once(process, 'exit');
        process.kill('SIGKILL');
        await exited;
      }),
    );
  }

  #start(): CallersProcess {
    const started = fork(fileURLToPath(new URL('desk-callers-process.ts', import.meta.url)), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--conditions=@parley/source', '--import=tsx'],
    });
    // As our own process sends them.
    started.on('message', (states: readonly CallerState[]) => {
      for (const state of states) this.#keep(state);
    });
    const one = { process: started, calls: new Set<string>() };
    this.#processes.push(one);
    return one;
  }

  #keep(state: CallerState): void {
    const states = this.#states.get(state.call);
    states?.push({ atMs: realClock.now(), state });
    if ((states?.length ?? 0) > mostStates) states?.shift();
  }

  #send({ process }: CallersProcess, order: CallerOrder): void {
    process.send(order);
  }
}
