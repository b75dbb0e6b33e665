import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TextScreen } from '@parley/cli/call-view';
import { isWavError } from '@parley/core';
import { type Booking, BookingBook } from './booking-book.js';
import { type DemoArguments, helpText, readDemoArguments, UsageError } from './demo-arguments.js';
import { FrontDesk } from './front-desk.js';
import { interruptedExitCode } from './interruption.js';
import { runCall } from './run-call.js';

/** What the program is given by whoever starts it. */
export interface DemoSurroundings {
  /** What relative paths start from. */
  readonly folder: string;
  readonly screen: TextScreen;
  /** Where it is told what went wrong. */
  readonly errors: Pick<TextScreen, 'write'>;
  /** Ends the call; what there is of it is written. */
  readonly signal: AbortSignal;
}

/** The call that comes with the demo. */
const ownRecording = fileURLToPath(new URL('../caller.wav', import.meta.url));

/**
 * The whole program. Never throws: what goes wrong is one line on `errors`.
 *
 * @param argv The arguments after the script's name.
 * @returns The exit code: 0 the call went through, 1 it failed, 2 what was given cannot be used, 130 the signal has fired.
 */
export async function runDemo(argv: readonly string[], surroundings: DemoSurroundings): Promise<number> {
  const { folder, screen, errors, signal } = surroundings;
  try {
    const demo = readDemoArguments(argv, folder);
    const hasFailed = demo.type === 'call' && (await call(demo, surroundings));
    if (demo.type === 'help') screen.write(helpText);
    return signal.aborted ? interruptedExitCode : hasFailed ? 1 : 0;
  } catch (error) {
    errors.write(`demo: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError || isWavError(error) ? 2 : 1;
  }
}

type CallArguments = Extract<DemoArguments, { readonly type: 'call' }>;

/** Whether the call had to be given up. */
async function call(
  { inputPath = ownRecording, outFolder, isFast, vendors }: CallArguments,
  { folder, screen, signal }: DemoSurroundings,
): Promise<boolean> {
  const book = new BookingBook();
  const outcome = await runCall({ agent: new FrontDesk(book), inputPath, outFolder, isFast, vendors, screen, signal });
  if (outcome === undefined) return false;
  const written = [outcome.wav, outcome.jsonl, outcome.html].map((path) => shortPath(path, folder)).join(', ');
  screen.write(`\n  The book: ${entryText(book.booking)}\n  Written:  ${written}\n`);
  return outcome.hasFailed;
}

/** From where the user stands, if it lies below. */
function shortPath(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith('..') ? path : short;
}

function entryText(booking: Booking | undefined): string {
  return booking === undefined ? 'empty' : `${booking.day} at ${booking.time}, ${booking.size} people`;
}
