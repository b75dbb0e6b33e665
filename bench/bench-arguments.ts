import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { isInRooms, type Measurement } from './measurement.js';
import { measurements } from './measurements.js';

/** What the user asked for. */
export type BenchArguments =
  | { readonly type: 'help' }
  | {
      readonly type: 'run';
      readonly isQuick: boolean;
      /** What to measure, in order. */
      readonly chosen: readonly Measurement[];
      readonly jsonPath: string;
      /** Measure what is built already. */
      readonly skipsBuild: boolean;
      /** Ours alone. */
      readonly skipsPeer: boolean;
      /** Where to write CPU profiles, if any are wanted. */
      readonly profileFolder?: string;
    };

/** The command line makes no sense; the message says what to change, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const widest = Math.max(...measurements.map(({ name }) => name.length));

export const helpText = `Measures how fast and how large Parley is, beside @livekit/agents. About an hour; with --quick under ten minutes.

Usage: npm run bench -- [--quick] [--rooms] [--only NAME]... [--json FILE] [--no-build] [--no-peer] [--profile DIR]

  --quick        fewer turns and one run of each; leaves out the demo
  --rooms        what needs a LiveKit server, which is started, and not the rest: npm run bench:rooms
  --only NAME    only this one; may be given several times
  --json FILE    where to write the figures of every run (default: bench/results/latest.json)
  --no-build     measure what is in dist/ now, without building first
  --no-peer      measure Parley alone; else @livekit/agents is installed from npm in bench/peer
  --profile DIR  write a CPU profile of each measurement there, and show where the time went;
                 the figures are higher then
  --help         this text

What can be measured:
${measurements.map(({ name, about }) => `  ${name.padEnd(widest)}  ${about}`).join('\n')}

Close other programs first: the load of the machine is told with the figures. docs/performance.md says what each figure means.
Exit codes: 0 all was measured, whether or not the goals are reached; 1 something could not be measured; 2 bad arguments.
`;

/**
 * Reads the arguments after the script's name.
 *
 * @param folders.current What relative paths start from.
 * @param folders.bench Where results go that nobody named a place for.
 * @throws {UsageError} Something is unknown, missing or too much.
 */
export function readBenchArguments(argv: readonly string[], folders: { readonly current: string; readonly bench: string }): BenchArguments {
  const values = parse(argv);
  if (values.help === true) return { type: 'help' };
  for (const option of ['json', 'profile'] as const) {
    if (values[option] === '') throw new UsageError(`--${option} needs a name, but it is empty`);
  }
  const isQuick = values.quick ?? false;
  return {
    type: 'run',
    isQuick,
    chosen: choose({ names: values.only, isQuick, inRooms: values.rooms ?? false }),
    jsonPath: values.json === undefined ? resolve(folders.bench, 'results/latest.json') : resolve(folders.current, values.json),
    skipsBuild: values['no-build'] ?? false,
    skipsPeer: values['no-peer'] ?? false,
    ...(values.profile === undefined ? {} : { profileFolder: resolve(folders.current, values.profile) }),
  };
}

interface Choice {
  /** What was asked for by name; that is run even where it would be left out. */
  readonly names: readonly string[] | undefined;
  readonly isQuick: boolean;
  readonly inRooms: boolean;
}

function choose({ names, isQuick, inRooms }: Choice): readonly Measurement[] {
  const known = measurements.map(({ name }) => name);
  const unknown = names?.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no measurement "${unknown}"; there are ${known.join(', ')}`);
  if (names !== undefined) return measurements.filter(({ name }) => names.includes(name));
  return measurements.filter((measurement) => isInRooms(measurement) === inRooms && (!isQuick || measurement.runs.quick > 0));
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean' },
        rooms: { type: 'boolean' },
        only: { type: 'string', multiple: true },
        json: { type: 'string' },
        'no-build': { type: 'boolean' },
        'no-peer': { type: 'boolean' },
        profile: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node adds advice in further sentences and lines.
    const [sentence] = error.message.split(/\.\s|\n/);
    throw new UsageError(`${sentence?.replace(/\.$/, '') ?? error.message}; --help says what there is`, { cause: error });
  }
}
