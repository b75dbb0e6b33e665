import type { Logger } from '../provider/logger.js';
import type { Clock } from '../provider/clock.js';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/** One JSON line for each entry. The default of a session: warnings and errors, to standard error. */
export function createJsonLogger(options: { readonly clock: Clock; readonly level?: (typeof levels)[number]; readonly write?: (line: string) => void }): Logger {
  const { clock, level = 'warn', write = (line) => void process.stderr.write(line) } = options;
  const threshold = levels.indexOf(level);
  return {
    log(entryLevel, message, fields) {
      if (levels.indexOf(entryLevel) < threshold) return;
      write(`${JSON.stringify({ time: clock.date().toISOString(), level: entryLevel, message, ...fields })}\n`);
    },
  };
}
