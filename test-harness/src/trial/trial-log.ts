import type { Json, Logger } from '@parley/core/provider';

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields?: Readonly<Record<string, Json>>;
}

/** Keeps what is logged, at most 10,000 lines. */
export class TrialLog implements Logger {
  readonly lines: LogLine[] = [];

  log(level: LogLine['level'], message: string, fields?: LogLine['fields']): void {
    if (this.lines.length < 10_000) this.lines.push({ level, message, ...(fields === undefined ? {} : { fields }) });
  }
}
