import { parseArgs } from 'node:util';
import { UsageError } from './usage-error.js';

export const commandNames = ['start', 'dev', 'connect', 'call', 'doctor', 'download-files'] as const;
export type CommandName = (typeof commandNames)[number];

/** Flags with a value, and what each is for. */
const valued = {
  url: 'of the LiveKit server; else LIVEKIT_URL',
  'api-key': 'else LIVEKIT_API_KEY',
  'api-secret': 'else LIVEKIT_API_SECRET, where other users of the machine cannot read it',
  'agent-name': 'only jobs that name it are taken',
  'log-level': 'debug, info, warn or error',
  host: 'where the health server listens',
  port: 'of the health server, or "off"',
  'max-jobs': 'calls at once',
  'jobs-per-process': 'calls that share a process',
  'idle-processes': 'processes kept warm',
  'load-threshold': 'no call is taken from this load on, 0 to 1, or "off"',
  'initialize-timeout-ms': 'for a process to load the agent and prewarm',
  'shutdown-timeout-ms': 'for a call to end in order',
  'drain-timeout-ms': 'for running calls to finish at the end',
  'memory-warn-mb': 'a process that uses more is warned of, or "off"',
  'memory-limit-mb': 'the calls of a process that uses more are ended, or "off"',
  'on-job-failed': 'redispatch, end-room or leave',
  'max-retry': 'attempts to register before the worker gives up',
  room: 'the room: to join, or to call in',
  metadata: 'what the agent finds in context.info.metadata',
  out: 'the folder for the files of a call',
  watch: 'a further folder to watch; may be given again',
} as const;

export type Flag = keyof typeof valued;

const connection: readonly Flag[] = ['url', 'api-key', 'api-secret', 'log-level'];
const worker: readonly Flag[] = [
  ...connection,
  'agent-name',
  'host',
  'port',
  'max-jobs',
  'jobs-per-process',
  'idle-processes',
  'load-threshold',
  'initialize-timeout-ms',
  'shutdown-timeout-ms',
  'drain-timeout-ms',
  'memory-warn-mb',
  'memory-limit-mb',
  'on-job-failed',
  'max-retry',
];

interface Command {
  readonly about: string;
  /** Further words it takes. */
  readonly words: string;
  readonly mostWords: number;
  readonly flags: readonly Flag[];
}

const commands: Readonly<Record<CommandName, Command>> = {
  start: { about: 'takes calls, for production', words: 'AGENT', mostWords: 1, flags: worker },
  dev: { about: 'takes calls, and loads the agent anew when a file changes', words: 'AGENT', mostWords: 1, flags: [...worker, 'watch'] },
  connect: { about: 'has the agent join one room, now', words: 'AGENT', mostWords: 1, flags: [...connection, 'room', 'metadata'] },
  call: {
    about: 'has a recorded caller call the agent on this machine, without a server; with --room through one',
    words: 'AGENT RECORDING',
    mostWords: 2,
    flags: [...connection, 'agent-name', 'room', 'out', 'metadata'],
  },
  doctor: { about: 'looks at versions, plugins, keys and the server', words: '', mostWords: 0, flags: connection },
  'download-files': { about: 'fetches the files that plugins need, for an image say', words: '', mostWords: 0, flags: ['log-level'] },
};

export interface Arguments {
  readonly command: CommandName;
  readonly words: readonly string[];
  readonly flags: { readonly [Name in Flag]?: string };
  readonly watch: readonly string[];
}

/** @param agent Whether the program has its agent already, so that none is named. */
export function helpText(program: string, agent: 'named' | 'given'): string {
  const lines = Object.entries(commands).map(([name, { about, words }]) => {
    const shown = agent === 'given' ? words.replace('AGENT', '').trim() : words;
    return `  ${`${name} ${shown}`.trimEnd().padEnd(26)}${about}`;
  });
  const flags = Object.entries(valued).map(([name, about]) => `  --${name.padEnd(24)}${about}`);
  const whatAgent =
    agent === 'given' ? '' : '\nAGENT is the module whose default export defineAgent made, such as agent.ts; RECORDING a WAV file.\n';
  return `${program} COMMAND [options]

${lines.join('\n')}
${whatAgent}
Options, each with a value; --help says them again:
${flags.join('\n')}

A flag goes before an option of the program, and that before the environment.
SIGTERM and Ctrl-C end in order: running calls finish; a second one ends at once.
Exit codes: 0 ended in order, 1 failed or cut off, 2 used wrongly.`;
}

/**
 * @param argv What follows the program's name.
 * @param isAgentGiven The program has its agent already, so that none may be named.
 * @throws {UsageError} They make no sense; says what would.
 */
export function readArguments(argv: readonly string[], isAgentGiven: boolean): Arguments | 'help' {
  const { values, positionals } = parse(argv);
  const [name, ...words] = positionals;
  if (values.help === true || name === 'help' || (name === undefined && argv.length === 0)) return 'help';
  if (name === undefined) throw new UsageError(`name a command: ${commandNames.join(', ')}`);
  if (!isCommand(name)) throw new UsageError(`there is no command ${JSON.stringify(name)}; there are ${commandNames.join(', ')}`);
  const { mostWords, flags, words: wanted } = commands[name];
  const hasAgent = wanted.includes('AGENT');
  const isThroughServer = name === 'call' && values.room !== undefined;
  const most = hasAgent && (isAgentGiven || isThroughServer) ? mostWords - 1 : mostWords;
  if (words.length > most) throw new UsageError(`${name} takes ${most === 0 ? 'no further word' : wanted}, not ${words.join(' ')}`);
  const { help: _, watch = [], ...given } = values;
  for (const flag of Object.keys(watch.length > 0 ? { ...given, watch } : given))
    if (!flags.some((known) => known === flag)) throw new UsageError(`${name} has no flag --${flag}`);
  for (const [flag, value] of Object.entries(given)) if (value.trim() === '') throw new UsageError(`--${flag} is empty: give it a value`);
  return { command: name, words, flags: given, watch };
}

const isCommand = (name: string): name is CommandName => Object.hasOwn(commands, name);

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        url: text,
        'api-key': text,
        'api-secret': text,
        'agent-name': text,
        'log-level': text,
        host: text,
        port: text,
        'max-jobs': text,
        'jobs-per-process': text,
        'idle-processes': text,
        'load-threshold': text,
        'initialize-timeout-ms': text,
        'shutdown-timeout-ms': text,
        'drain-timeout-ms': text,
        'memory-warn-mb': text,
        'memory-limit-mb': text,
        'on-job-failed': text,
        'max-retry': text,
        room: text,
        metadata: text,
        out: text,
        watch: { type: 'string', multiple: true },
      },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node adds advice in further sentences and lines.
    const [sentence = error.message] = error.message.split(/\.\s|\n/);
    throw new UsageError(`${sentence.replace(/\.$/, '')}; --help says what there is`, { cause: error });
  }
}
