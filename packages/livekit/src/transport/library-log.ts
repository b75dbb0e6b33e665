import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Logger } from '@parley/core/provider';
import { withoutSecrets } from '../without-secrets.js';

/** What is used of the library's logger. @see https://github.com/pinojs/pino/blob/v9.14.0/docs/api.md */
interface LibraryLog {
  level: string;
}

/** By pino's numbers: 40 is a warning, 50 an error. */
const warning = 40;
const error = 50;

/** Where the lines go: the process's newest job. Its fields may be of another job of this process than the line is about. */
let current: Logger | undefined;
let isLed = false;

/**
 * Leads what rtc-node logs to this logger, warnings and errors alone. It would write JSON to standard output by itself, debug lines included
 * unless NODE_ENV is `production`, and its lines can quote a token.
 *
 * rtc-node 1.1.0 has no setting for it and does not export its logger, which is a CommonJS module beside its entry.
 */
export function leadLibraryLog(logger: Logger): void {
  current = logger;
  if (isLed) return;
  isLed = true;
  const log = libraryLog();
  if (log === undefined) return;
  log.level = 'warn';
  const stream = streamSymbol(log);
  if (stream !== undefined) Reflect.set(log, stream, { write: (line: unknown) => writeLine(String(line)) });
}

function libraryLog(): LibraryLog | undefined {
  try {
    const require = createRequire(import.meta.url);
    const module: unknown = require(join(dirname(require.resolve('@livekit/rtc-node')), 'log.cjs'));
    const log: unknown = Reflect.get(Object(module), 'log');
    return isLog(log) ? log : undefined;
  } catch {
    // Another version, which has it elsewhere: then its lines go where they go.
    return undefined;
  }
}

const isLog = (value: unknown): value is LibraryLog => typeof value === 'object' && value !== null && 'level' in value;

/** Where pino keeps what it writes to: `pino.symbols.streamSym`. */
const streamSymbol = (log: object): symbol | undefined => {
  const chain = [log, Object(Reflect.getPrototypeOf(log))];
  return chain.flatMap((one) => Object.getOwnPropertySymbols(one)).find(({ description }) => description === 'pino.stream');
};

function writeLine(line: string): void {
  const entry = read(line);
  const level: unknown = Reflect.get(entry, 'level');
  const text: unknown = Reflect.get(entry, 'msg');
  if (typeof level !== 'number' || level < warning) return;
  current?.log(level >= error ? 'error' : 'warn', `rtc-node: ${withoutSecrets(typeof text === 'string' ? text : line)}`);
}

function read(line: string): object {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === 'object' && entry !== null ? entry : {};
  } catch {
    return {};
  }
}
