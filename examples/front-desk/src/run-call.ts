import { mkdir } from 'node:fs/promises';
import { callPaths, type CallPaths, EventLog, LivePrinter, type TextScreen, writeCallPage } from '@parley/cli/call-view';
import { type Agent, type AgentEvent, AgentSession, type FileIO, fileIO, realClock } from '@parley/core';
import { VirtualClock } from '@parley/core/testing';
import { UsageError, type VendorModels } from './demo-arguments.js';
import { createModels, type Models } from './models.js';

export interface CallRun {
  readonly agent: Agent;
  /** What the caller says: a WAV file. */
  readonly inputPath: string;
  /** Is made if it is not there. */
  readonly outFolder: string;
  /** On a virtual clock, as fast as the machine can. */
  readonly isFast: boolean;
  /** In the place of the models of this machine; not with `isFast`. */
  readonly vendors?: VendorModels | undefined;
  readonly screen: TextScreen;
  /** Ends the call; what there is of it is written. */
  readonly signal: AbortSignal;
}

/** Where the call's files are, and whether it came to its end. */
export interface CallOutcome extends CallPaths {
  /** It was given up: what it was told by was too often at fault. */
  readonly hasFailed: boolean;
}

/** What goes wrong is told by events, and shown with the rest. */
const silentLogger = { log: () => {} };

/** How long virtual time may go on after the end of the recording: longer than any deadline of the session. */
const longestEndMs = 600_000;

/**
 * Plays a recording to an agent, shows the call, and writes its files.
 *
 * @returns How it went; nothing if the signal fired before the call began.
 * @throws {WavError} The recording cannot be used, or the call's own cannot be written. Of an unusable recording nothing is left behind.
 * @throws {UsageError} The folder cannot be made, or the recording lies where the call's own would.
 */
export async function runCall(run: CallRun): Promise<CallOutcome | undefined> {
  await checkRecording(run.inputPath);
  const paths = callPaths(run.outFolder);
  if (paths.wav === run.inputPath)
    throw new UsageError(`${run.inputPath}: is the recording and would be overwritten; choose another folder with --out`);
  const virtualClock = run.isFast ? new VirtualClock({ startsAt: new Date() }) : undefined;
  const models = createModels({ clock: virtualClock, vendors: run.vendors });
  try {
    await models.prewarm();
    if (run.signal.aborted) return undefined;
    await makeFolder(run.outFolder);
    await using io = await fileIO({ input: run.inputPath, output: paths.wav, clock: virtualClock });
    await using log = await EventLog.open(paths.jsonl);
    const events: AgentEvent[] = [];
    const call = holdCall(run, {
      io,
      models,
      clock: virtualClock,
      onEvent: (event) => {
        log.write(event);
        events.push(event);
      },
    });
    await (virtualClock === undefined ? call : virtualClock.runUntil(call, { limitMs: io.inputDurationMs + longestEndMs }));
    await writeCallPage(paths, { title: 'A call to the front desk', events, startedAt: io.startedAt, isVirtual: run.isFast });
    return { ...paths, hasFailed: events.some((event) => event.type === 'close' && event.reason === 'error') };
  } finally {
    await models.close();
  }
}

/** Before a file of ours is opened: a recording that cannot be used leaves no trace. */
async function checkRecording(path: string): Promise<void> {
  const probe = await fileIO({ input: path });
  await probe[Symbol.asyncDispose]();
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    throw new UsageError(
      `${path}: no folder can be made there (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`,
      { cause: error },
    );
  }
}

interface CallParts {
  readonly io: FileIO;
  readonly models: Models;
  readonly clock: VirtualClock | undefined;
  readonly onEvent: (event: AgentEvent) => void;
}

/** From the first sample to the recording's end. */
async function holdCall(run: CallRun, { io, models, clock, onEvent }: CallParts): Promise<void> {
  const { vad, stt, llm, tts } = models;
  const session = new AgentSession({ vad, stt, llm, tts, clock: clock ?? realClock, logger: silentLogger });
  const printer = new LivePrinter({ screen: run.screen, startedAt: io.startedAt });
  const close = () => void session.close();
  run.signal.addEventListener('abort', close, { once: true });
  try {
    const told = tell(session.events(), (event) => {
      onEvent(event);
      printer.event(event);
    });
    const transcriptOutput = { write: printer.transcript.bind(printer), [Symbol.asyncDispose]: () => Promise.resolve() };
    await session.start({ agent: run.agent, io: { ...io, transcriptOutput } });
    if (run.signal.aborted) close();
    await told;
  } finally {
    run.signal.removeEventListener('abort', close);
    await session.close();
    printer.close();
    await io[Symbol.asyncDispose]();
  }
}

/** Until the call is over. */
async function tell(events: AsyncIterable<AgentEvent>, onEvent: (event: AgentEvent) => void): Promise<void> {
  for await (const event of events) onEvent(event);
}
