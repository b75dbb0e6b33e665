import type { Logger } from '../../provider/logger.js';

export interface LogLine {
  readonly level: Parameters<Logger['log']>[0];
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export interface CollectedLog {
  readonly logger: Logger;
  readonly lines: LogLine[];
  /** All of it, a line each. */
  readonly text: () => string;
  /** Settles once so many lines hold this text. */
  readonly logged: (text: string, times?: number) => Promise<void>;
}

/** A logger that keeps what it is told. */
export function collectLog(): CollectedLog {
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const shown = ({ level, message, fields }: LogLine) => `${level} ${message} ${JSON.stringify(fields)}`;
  return {
    lines,
    logger: {
      log(level, message, fields = {}) {
        lines.push({ level, message, fields });
        for (const look of waiting) look();
      },
    },
    text: () => lines.map(shown).join('\n'),
    logged: (text, times = 1) =>
      new Promise((resolve) => {
        const look = () => {
          if (lines.filter((line) => shown(line).includes(text)).length < times) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
