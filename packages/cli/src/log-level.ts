import { UsageError } from './usage-error.js';

const levels = ['debug', 'info', 'warn', 'error'] as const;

export type LogLevel = (typeof levels)[number];

const isLevel = (text: string): text is LogLevel => levels.some((level) => level === text);

/**
 * In any case of letters.
 *
 * @param from Where it was given, for the message.
 * @throws {UsageError} There is no such level.
 */
export function readLogLevel(text: string, from: string): LogLevel {
  const level = text.toLowerCase();
  if (isLevel(level)) return level;
  throw new UsageError(`${from} is one of ${levels.join(', ')}, not ${JSON.stringify(text)}`);
}
