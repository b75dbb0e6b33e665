import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the user asked for. */
export type DemoArguments =
  | { readonly type: 'help' }
  | {
      readonly type: 'call';
      /** The recording to play to the agent; absent: the one that comes with the demo. */
      readonly inputPath?: string;
      readonly outFolder: string;
      /** On a virtual clock, as fast as the machine can. */
      readonly isFast: boolean;
    };

/** The command line makes no sense; the message says what to change, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const helpText = `A call to the front desk of a small restaurant, on this machine alone: no account, no key, no network.

Usage: npm run demo -- [recording.wav] [--out DIR] [--fast]

  recording.wav  what the caller says, instead of the call that comes with the demo;
                 any common WAV: 8 to 32 bits or float, any sample rate, mono or stereo
  --out DIR      where to write call.wav, call.jsonl and call.html (default: demo-out)
  --fast         compute the call as fast as the machine can, instead of in real time;
                 the time that the models take then counts as none
  --help         this text

What the caller can say (nothing else is understood, and the agent says so):
  hello, what time do you open on sunday
  i would like to book a table for four people on friday at seven
  make it eight o'clock
  what did i book
  cancel my booking
  thank you, goodbye

call.wav is stereo: the caller left, the agent right. call.jsonl has one event per line. Open call.html in a browser: it plays the call.
Exit codes: 0 the call went through, 1 it failed, 2 bad arguments or an unusable recording, 130 interrupted by Ctrl-C.
`;

/**
 * Reads the arguments after the script's name.
 *
 * @param folder What relative paths start from.
 * @throws {UsageError} Something is unknown, missing or too much.
 */
export function readDemoArguments(argv: readonly string[], folder: string): DemoArguments {
  const { values, positionals } = parse(argv);
  if (values.help === true) return { type: 'help' };
  const [inputPath, surplus] = positionals;
  if (surplus !== undefined)
    throw new UsageError(`one recording at a time, but ${positionals.length} were given: ${positionals.join(', ')}`);
  if (inputPath === '') throw new UsageError('the name of the recording is empty');
  if (values.out === '') throw new UsageError('--out needs the name of a folder, but it is empty');
  return {
    type: 'call',
    ...(inputPath === undefined ? {} : { inputPath: resolve(folder, inputPath) }),
    outFolder: resolve(folder, values.out ?? 'demo-out'),
    isFast: values.fast ?? false,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: { out: { type: 'string' }, fast: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node adds advice in further sentences and lines.
    const [sentence] = error.message.split(/\.\s|\n/);
    throw new UsageError(`${sentence?.replace(/\.$/, '') ?? error.message}; --help says what there is`, { cause: error });
  }
}
