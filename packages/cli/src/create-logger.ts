import { createJsonLogger } from '@parley/core';
import type { Logger } from '@parley/core/provider';
import type { SettledOptions } from './settle-options.js';
import type { Surroundings } from './surroundings.js';
import { createTextLogger } from './text-logger.js';

/** The application's, else text on a terminal, else JSON lines for whatever collects them. */
export function createLogger({ logger, logLevel }: Pick<SettledOptions, 'logger' | 'logLevel'>, { errors, clock }: Surroundings): Logger {
  if (logger !== undefined && logger !== null) return logger;
  const write = (line: string) => void errors.write(line);
  if (errors.isTTY !== true) return createJsonLogger({ clock, level: logLevel, write });
  return createTextLogger({ clock, level: logLevel, useColors: errors.hasColors?.() === true, write });
}
