import { createJsonLogger } from '../observe/json-logger.js';
import { realClock } from '../time/real-clock.js';
import { JobChild, type OwnProcess, toMb } from './child-process.js';
import { isJobProcess } from './job-process-mark.js';

const ignore = () => {};

/** Joins this process to the worker that started it; in any other process nothing happens. */
function joinWorker(): void {
  if (!isJobProcess()) return;
  // A terminal sends them to all processes of the group: the worker alone decides what becomes of its jobs.
  process.on('SIGINT', ignore);
  process.on('SIGTERM', ignore);
  const own: OwnProcess = {
    send: (message) =>
      new Promise((resolve) => {
        // A channel that is closed has nobody to hear of it.
        if (process.connected) process.send?.(message, undefined, {}, () => resolve());
        else resolve();
      }),
    usedMb: () => toMb(process.memoryUsage.rss()),
    exit: (code) => process.exit(code),
    lastWords: createJsonLogger({ clock: realClock, level: 'info' }),
  };
  const child = new JobChild(own, realClock);
  process.on('message', (message) => child.onMessage(message));
  process.on('disconnect', () => void child.onDisconnect());
  process.on('uncaughtException', (error) => child.onUncaughtException(error));
  process.on('unhandledRejection', (error) => child.onUnhandledRejection(error));
}

joinWorker();
