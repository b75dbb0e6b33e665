import type { WorkerOptions } from '@parley/core/worker';
import type { LiveKitDispatcherOptions } from '@parley/livekit';
import { type AppOptions, liveKitOptions } from './app-options.js';
import { type LogLevel, readLogLevel } from './log-level.js';
import type { Arguments } from './read-arguments.js';
import { readWhole, workerFlags } from './worker-flags.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Options from the command line, then from the program, then from the environment. */
export interface SettledOptions {
  readonly agent: string | URL | undefined;
  readonly recording: string | URL | undefined;
  /** As it was named on the command line. */
  readonly recordingWord: string | undefined;
  readonly dispatcher: AppOptions['dispatcher'];
  /** All of a worker's but for these three. */
  readonly worker: Omit<WorkerOptions, 'agent' | 'dispatcher' | 'logger'>;
  readonly liveKit: LiveKitDispatcherOptions;
  readonly logger: AppOptions['logger'];
  readonly logLevel: LogLevel;
  readonly onRegistered: AppOptions['onRegistered'];
}

/** @throws {UsageError} A value cannot be: names it, and a key never. */
export function settleOptions({ command, words, flags }: Arguments, options: AppOptions, environment: Environment): SettledOptions {
  const { agent, recording, dispatcher, logger, logLevel, onRegistered, ...rest } = options;
  // With --room the agent is the server's to call.
  const namesAgent = (agent ?? undefined) === undefined && !(command === 'call' && flags.room !== undefined);
  const [agentWord, recordingWord] = namesAgent ? words : [undefined, ...words];
  const isLiveKits = (name: string) => liveKitOptions.some((known) => known === name);
  const worker: Omit<WorkerOptions, 'agent' | 'dispatcher' | 'logger'> = Object.fromEntries(
    Object.entries(rest).filter(([name]) => !isLiveKits(name)),
  );
  return {
    agent: agent ?? agentWord,
    recording: recording ?? undefined,
    recordingWord,
    dispatcher,
    worker: {
      ...worker,
      ...present(workerFlags(flags)),
    },
    liveKit: {
      ...present({
        type: options.type,
        permissions: options.permissions,
        maxRetry: readWhole('max-retry', flags['max-retry']) ?? options.maxRetry,
      }),
      ...present({
        url: flags.url ?? options.url ?? set(environment['LIVEKIT_URL']),
        apiKey: flags['api-key'] ?? options.apiKey ?? set(environment['LIVEKIT_API_KEY']),
        apiSecret: flags['api-secret'] ?? options.apiSecret ?? set(environment['LIVEKIT_API_SECRET']),
      }),
      agentName: agentName(flags['agent-name'], options.agentName, environment),
    },
    logger,
    logLevel: level(flags['log-level'], { environment, option: logLevel, byDefault: levels[command] }),
    onRegistered,
  };
}

/** A call is shown by itself, on the same terminal. */
const levels: Readonly<Record<Arguments['command'], LogLevel>> = {
  start: 'info',
  dev: 'debug',
  connect: 'info',
  call: 'warn',
  doctor: 'warn',
  'download-files': 'info',
};

/** The environment has two: one for a fleet whose programs name an agent each, one for a program that names none. */
const agentName = (flag: string | undefined, option: AppOptions['agentName'], environment: Environment): string =>
  flag ?? set(environment['LIVEKIT_AGENT_NAME_OVERRIDE']) ?? option ?? set(environment['LIVEKIT_AGENT_NAME']) ?? '';

function level(
  flag: string | undefined,
  { environment, option, byDefault }: { environment: Environment; option: AppOptions['logLevel']; byDefault: LogLevel },
): LogLevel {
  if (flag !== undefined) return readLogLevel(flag, '--log-level');
  const variable = set(environment['PARLEY_LOG_LEVEL']);
  if (variable !== undefined) return readLogLevel(variable, 'PARLEY_LOG_LEVEL');
  return option === undefined || option === null ? byDefault : readLogLevel(String(option), 'option "logLevel"');
}

const set = (value: string | undefined): string | undefined => (value === undefined || value.trim() === '' ? undefined : value.trim());

/** Without what is undefined: an option that is null stays, for it turns something off. */
const present = <Given extends object>(given: Given): Partial<Given> => {
  const kept: Partial<Given> = {};
  for (const [name, value] of Object.entries(given)) if (value !== undefined) Reflect.set(kept, name, value);
  return kept;
};
