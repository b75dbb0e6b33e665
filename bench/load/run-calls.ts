import { callerFrame, frameMs } from '../fakes/caller-frame.js';
import { cpuMs } from './cpu-time.js';
import { type BenchCall, type BenchCallOptions, defaultReply, defaultVoice, type StartCall } from './bench-call.js';
import { paceFrames } from './pace-frames.js';
import { TurnLatencies } from './turn-latencies.js';
import { durationMsOf, frameKind, framesOf, type TurnPattern } from './turn-pattern.js';

export interface RunCallsOptions extends Pick<BenchCallOptions, 'output' | 'reply' | 'voice'> {
  readonly startCall: StartCall;
  readonly calls: number;
  readonly pattern: TurnPattern;
  /** What the callers say; `callerFrame` by default. */
  readonly frame?: typeof callerFrame;
  /** Not measured: code is compiled in them. */
  readonly warmUpTurns: number;
  /** Of each call. */
  readonly turns: number;
  /** Called when what is measured begins. */
  readonly onMeasured?: () => void;
}

export interface CallsResult {
  readonly latencies: TurnLatencies;
  /** CPU time of the whole process, load driver included, in each second in which all callers were at it. */
  readonly cpuPerSecondMs: readonly number[];
  /** Cores that were busy on average, from the first frame to the last, all threads and the load driver included. */
  readonly busyCores: number;
  /** Share of turns that were not answered, or only with a later one, 0 to 1. */
  readonly failedShare: number;
}

/** More turns than these failing, nothing else that was measured means anything. */
export const mostFailedShare = 0.5;

/** Many calls at once in real time, their starts spread over the length of a turn, as those of real calls are. */
export async function runCalls(options: RunCallsOptions): Promise<CallsResult> {
  const latencies = new TurnLatencies();
  const warmUp = new TurnLatencies();
  const isMeasured = { now: false };
  const callers = await Promise.all(Array.from({ length: options.calls }, () => startCaller(options, { latencies, warmUp, isMeasured })));
  const { pattern, warmUpTurns } = options;
  const part = { pattern, makeFrame: options.frame ?? callerFrame };
  await speak(callers, { ...part, fromTurn: 0, turns: warmUpTurns });
  isMeasured.now = true;
  options.onMeasured?.();
  const from = { cpuMs: cpuMs(), atMs: performance.now() };
  const cpuPerSecondMs = await speak(callers, { ...part, fromTurn: warmUpTurns, turns: options.turns });
  const busyCores = (cpuMs() - from.cpuMs) / (performance.now() - from.atMs);
  await Promise.all(callers.map(({ call }) => call.close()));
  return { busyCores, cpuPerSecondMs, latencies, failedShare: 1 - latencies.fromPushMs.length / (options.calls * options.turns) };
}

/** The same without sessions: what the timers, the frames and the taking of times cost by themselves. */
export async function runDriverAlone({
  calls,
  pattern,
  turns,
}: Pick<RunCallsOptions, 'calls' | 'pattern' | 'turns'>): Promise<Pick<CallsResult, 'cpuPerSecondMs'>> {
  const latencies = new TurnLatencies();
  let pushed = 0;
  const callers = Array.from({ length: calls }, () => {
    const { frame } = latencies.caller();
    return { frame, call: { push: () => void (pushed += 1) } };
  });
  return { cpuPerSecondMs: await speak(callers, { pattern, makeFrame: callerFrame, fromTurn: 0, turns }) };
}

interface Caller {
  readonly call: Pick<BenchCall, 'push'>;
  readonly frame: (isDeciding: boolean, dueMs: number) => void;
}

async function startCaller(
  options: RunCallsOptions,
  run: { readonly latencies: TurnLatencies; readonly warmUp: TurnLatencies; readonly isMeasured: { readonly now: boolean } },
): Promise<Caller & { readonly call: BenchCall }> {
  const measured = run.latencies.caller();
  const unmeasured = run.warmUp.caller();
  const present = () => (run.isMeasured.now ? measured : unmeasured);
  const { startCall, output, reply = defaultReply, voice = defaultVoice } = options;
  const call = await startCall({ output, reply, voice, onReply: () => present().reply() });
  return { call, frame: (isDeciding, dueMs) => present().frame(isDeciding, dueMs) };
}

interface Part {
  readonly pattern: TurnPattern;
  readonly makeFrame: typeof callerFrame;
  readonly fromTurn: number;
  readonly turns: number;
}

const framesPerSecond = 1000 / frameMs;

/** @returns CPU time of the process in each second from when the last caller began until the first one ends. */
async function speak(callers: readonly Caller[], { pattern, makeFrame, fromTurn, turns }: Part): Promise<readonly number[]> {
  const startMs = performance.now() + frameMs;
  const cpuMarksMs: number[] = [];
  const spreadMs = durationMsOf(pattern) / callers.length;
  const fromMs = fromTurn * durationMsOf(pattern);
  await Promise.all(
    callers.map(({ call, frame }, place) =>
      paceFrames({
        startMs: startMs + place * spreadMs,
        frames: turns * framesOf(pattern),
        onFrame: (index, dueMs) => {
          if (place === 0 && index >= framesOf(pattern) && index % framesPerSecond === 0) cpuMarksMs.push(cpuMs());
          const kind = frameKind(pattern, index);
          frame(kind === 'deciding', dueMs);
          call.push(makeFrame(kind === 'voiced', fromMs + index * frameMs));
        },
      }),
    ),
  );
  return cpuMarksMs.slice(1).map((mark, index) => mark - (cpuMarksMs[index] ?? mark));
}
