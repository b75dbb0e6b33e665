import { fork } from 'node:child_process';
import { createDeferred } from '@parley/core/provider-kit';

/** Set in the process of a worker that `dev` has started. */
export const devMark = 'PARLEY_DEV_PROCESS';

export type DevOrder = 'drain' | 'close';
export type DevNews = 'registered';

/** A worker in a process of its own, with the code as it was when it started. */
export interface DevProcess {
  readonly pid: number | undefined;
  /** Settles with its exit code; 1 if a signal ended it. */
  readonly exited: Promise<number>;
  tell(order: DevOrder): void;
  kill(): void;
}

/** Starts this very program again: same file, same arguments. */
export function startDevProcess(onNews: (news: DevNews) => void): DevProcess {
  const [, program = ''] = process.argv;
  const child = fork(program, process.argv.slice(2), { env: { ...process.env, [devMark]: '1' } });
  const exited = createDeferred<number>();
  // A program that is ended in the midst of its work leaves no worker behind.
  const kill = () => void child.kill('SIGKILL');
  process.once('exit', kill);
  const finish = (code: number) => {
    process.off('exit', kill);
    exited.resolve(code);
  };
  child.on('message', (message) => {
    if (message === 'registered') onNews(message);
  });
  child.once('error', () => finish(1));
  child.once('exit', (code) => finish(code ?? 1));
  return {
    pid: child.pid,
    exited: exited.promise,
    tell: (order) => {
      if (child.connected) child.send(order, () => {});
    },
    kill,
  };
}
