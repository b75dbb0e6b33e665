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
      readonly vendors: VendorModels;
    };

/** Models of vendors, by name, in the place of those that run on this machine. */
export interface VendorModels {
  /** Such as `deepgram/nova-3`. */
  readonly stt?: string;
  readonly llm?: string;
  readonly tts?: string;
}

/** The command line makes no sense; the message says what to change, in one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const helpText = `A call to the front desk of a small restaurant, on this machine alone: no account, no key, no network.

Usage: npm run demo -- [recording.wav] [--out DIR] [--fast]
       npm run demo -- [recording.wav] --stt deepgram/nova-3 --llm openai/gpt-4.1-mini --tts elevenlabs/flash-v2.5

  recording.wav  what the caller says, instead of the call that comes with the demo;
                 any common WAV: 8 to 32 bits or float, any sample rate, mono or stereo
  --out DIR      where to write call.wav, call.jsonl and call.html (default: demo-out)
  --fast         compute the call as fast as the machine can, instead of in real time;
                 the time that the models take then counts as none
  --stt, --llm, --tts NAME
                 a vendor's model in the place of the one on this machine; its plugin has to be installed, and its key set
                 (DEEPGRAM_API_KEY, OPENAI_API_KEY, ELEVENLABS_API_KEY); any of the three alone, too
  --help         this text

What the caller can say to the models on this machine (nothing else is understood, and the agent says so):
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
    vendors: readVendors(values),
  };
}

function readVendors({ fast, ...values }: ReturnType<typeof parse>['values']): VendorModels {
  const names = (['stt', 'llm', 'tts'] as const).flatMap((kind) => {
    const name = values[kind];
    return name === undefined ? [] : [{ kind, name }];
  });
  for (const { kind, name } of names)
    if (!/^[^/\s]+(\/\S+)?$/.test(name))
      throw new UsageError(`--${kind} names a provider and its model, such as openai/gpt-4.1-mini, not "${name}"`);
  if (names.length > 0 && fast === true)
    throw new UsageError('--fast computes the call on this machine; leave it out with models of vendors');
  return Object.fromEntries(names.map(({ kind, name }) => [kind, name]));
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        fast: { type: 'boolean' },
        stt: { type: 'string' },
        llm: { type: 'string' },
        tts: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Node adds advice in further sentences and lines.
    const [sentence] = error.message.split(/\.\s|\n/);
    throw new UsageError(`${sentence?.replace(/\.$/, '') ?? error.message}; --help says what there is`, { cause: error });
  }
}
