import type { ProcessExit, ProcessListener, StartProcess } from '../process-channel.js';
import type { ChildMessage, ParentMessage } from '../process-message.js';

/** A job process in name only: the test says what it does. */
export interface ScriptedProcess {
  readonly pid: number;
  readonly sent: ParentMessage[];
  isKilled: boolean;
  say(message: ChildMessage | { readonly type: 'nonsense' }): void;
  exit(exit: ProcessExit): void;
}

/** Starts scripted processes. One that is killed exits at once, as real ones do a moment later. */
export function scriptProcesses(): { readonly startProcess: StartProcess; readonly processes: ScriptedProcess[] } {
  const processes: ScriptedProcess[] = [];
  const startProcess: StartProcess = (listener: ProcessListener) => {
    const pid = 100 + processes.length;
    const sent: ParentMessage[] = [];
    let isOver = false;
    const process: ScriptedProcess = {
      pid,
      sent,
      isKilled: false,
      say: (message) => listener.onMessage(message),
      exit(exit) {
        if (isOver) return;
        isOver = true;
        listener.onExit(exit);
      },
    };
    processes.push(process);
    return {
      pid,
      send: (message) => void sent.push(message),
      kill() {
        process.isKilled = true;
        queueMicrotask(() => process.exit({ type: 'signal', signal: 'SIGKILL' }));
      },
    };
  };
  return { startProcess, processes };
}
