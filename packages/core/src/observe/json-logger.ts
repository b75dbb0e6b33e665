import type { Clock } from '../provider/clock.js';
import type { Logger } from '../provider/logger.js';

const levels = ['debug', 'info', 'warn', 'error'] as const;

/**
 * One JSON line for each entry. The default of a session: warnings and errors, to standard error. A field cannot take the place of the
 * entry's own `time`, `level` and `message`; one that is no JSON (a circle, a bigint) is told as text, never thrown over.
 */
export function createJsonLogger(options: {
  readonly clock: Clock;
  readonly level?: (typeof levels)[number];
  readonly write?: (line: string) => void;
}): Logger {
  const { clock, level = 'warn', write = (line) => void process.stderr.write(line) } = options;
  const threshold = levels.indexOf(level);
  return {
    log(entryLevel, message, fields) {
      if (levels.indexOf(entryLevel) < threshold) return;
      const entry = { time: clock.date().toISOString(), level: entryLevel, message };
      write(`${toJson({ ...entry, ...fields, ...entry })}\n`);
    },
  };
}

function toJson(entry: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(entry);
  } catch {
    return JSON.stringify(Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, isJson(value) ? value : String(value)])));
  }
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
