import type { Clock, Logger } from '@parley/core/provider';
import type { LogLevel } from './log-level.js';

const order: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };
/** Select Graphic Rendition parameters: ECMA-48, section 8.3.117. */
const colours: Readonly<Record<LogLevel, string>> = { debug: '2', info: '36', warn: '33', error: '31' };

export interface TextLoggerOptions {
  readonly clock: Clock;
  readonly level: LogLevel;
  readonly useColors: boolean;
  readonly write: (line: string) => void;
}

/** A line for a person to read: time of day, level, message, fields. A field of several lines, such as where an error was thrown, follows below. */
export function createTextLogger({ clock, level, useColors, write }: TextLoggerOptions): Logger {
  const paint = (text: string, code: string) => (useColors ? `\u001B[${code}m${text}\u001B[0m` : text);
  return {
    log(lineLevel, message, fields = {}) {
      if (order[lineLevel] < order[level]) return;
      const shown = Object.entries(fields).map(([name, value]) => ({ name, text: fieldText(value) }));
      const short = shown
        .filter(({ text }) => !text.includes('\n'))
        .map(({ name, text }) => ` ${paint(`${name}=`, '2')}${printable(text)}`);
      const long = shown
        .filter(({ text }) => text.includes('\n'))
        .flatMap(({ text }) => text.split('\n').map((line) => `    ${printable(line)}\n`));
      const time = clock.date().toTimeString().slice(0, 8);
      write(
        `${paint(time, '2')} ${paint(lineLevel.padEnd(5), colours[lineLevel])} ${printable(message)}${short.join('')}\n${long.join('')}`,
      );
    },
  };
}

const fieldText = (value: unknown): string => {
  if (typeof value === 'string') return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return String(value);
  }
};

/** Without what a terminal would obey: control characters, of which an escape sequence begins with one, and marks that turn the direction of writing. */
const printable = (text: string): string => text.replaceAll(/[\p{Cc}\u202A-\u202E\u2066-\u2069]+/gu, ' ');
