import type { Logger } from '../../provider/logger.js';

export interface LogLine {
  readonly level: Parameters<Logger['log']>[0];
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A logger that keeps what it is told. */
export function collectLog(): { readonly logger: Logger; readonly lines: LogLine[]; readonly text: () => string } {
  const lines: LogLine[] = [];
  return {
    lines,
    logger: { log: (level, message, fields = {}) => void lines.push({ level, message, fields }) },
    text: () => lines.map(({ level, message, fields }) => `${level} ${message} ${JSON.stringify(fields)}`).join('\n'),
  };
}
