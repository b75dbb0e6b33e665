import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { VAD, VADInput } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { createSilero } from '@parley/silero';

/** What one window of 32 ms at 16 kHz costs, in milliseconds, with so many streams at once. */
export interface SileroWindowFigures {
  readonly batch: number;
  /** The model alone, on the calling thread: one run of `batch` rows, divided by them. Goal: 0.2 alone, 0.08 at 8. */
  readonly perWindowMs: number;
  readonly cpuPerWindowMs: number;
  /** Through `detect`, as fast as it goes: framing, two thread hops, batching, model, events. */
  readonly detectPerWindowMs: number;
  /** Of both threads. */
  readonly detectCpuPerWindowMs: number;
  /** Of the main thread, which is what other work of the process loses. */
  readonly detectMainThreadPerWindowMs: number;
  /** Through `detect` at the pace of speech, all streams in step (the worst case): from the frame given to its window event. */
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
}

const sampleRate = 16_000;
const windowSamples = 512;
const windowMs = 32;
/** Bounds on the work of one figure. */
const runMs = 300;
const flatOutWindows = 1200;
const pacedWindows = 30;

/** Takes about 5 s. */
export async function measureSileroWindow(batches: readonly number[] = [1, 8, 64]): Promise<SileroWindowFigures[]> {
  const vad = createSilero();
  const stop = new AbortController();
  try {
    await vad.prewarm?.({ signal: stop.signal, clock: realClock });
    const model = await loadModel();
    // The first runs of either are slower: code is compiled, memory touched.
    await measureModel(model(8), 8);
    await flatOut(vad, 8, 400);
    const figures: SileroWindowFigures[] = [];
    for (const batch of batches) {
      figures.push({
        batch,
        ...(await measureModel(model(batch), batch)),
        ...(await flatOut(vad, batch, flatOutWindows)),
        ...(await paced(vad, batch)),
      });
    }
    return figures;
  } finally {
    stop.abort();
    await vad.close?.();
  }
}

/** Makes runs of so many rows. */
type Model = (rows: number) => () => Promise<unknown>;

/** The model as the plugin's thread loads it, here on this thread: the floor under all other figures. */
async function loadModel(): Promise<Model> {
  // Not at the top: the plugin first tells the runtime to report nothing to its makers.
  const { InferenceSession, Tensor } = await import('onnxruntime-node');
  const model = new URL('../model/silero_vad.onnx', import.meta.resolve('@parley/silero'));
  const session = await InferenceSession.create(await readFile(model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
  });
  const sr = new Tensor('int64', BigInt64Array.of(BigInt(sampleRate)), []);
  return (rows) => {
    const input = new Tensor('float32', new Float32Array(rows * (64 + windowSamples)).fill(0.1), [rows, 64 + windowSamples]);
    const state = new Tensor('float32', new Float32Array(2 * rows * 128), [2, rows, 128]);
    return () => session.run({ input, state, sr });
  };
}

async function measureModel(
  run: () => Promise<unknown>,
  rows: number,
): Promise<Pick<SileroWindowFigures, 'perWindowMs' | 'cpuPerWindowMs'>> {
  let runs = 0;
  const cpu = process.cpuUsage();
  const startMs = performance.now();
  for (; performance.now() - startMs < runMs; runs += 1) await run();
  const windows = runs * rows;
  return { perWindowMs: (performance.now() - startMs) / windows, cpuPerWindowMs: cpuMsSince(cpu) / windows };
}

type FlatOut = Pick<SileroWindowFigures, 'detectPerWindowMs' | 'detectCpuPerWindowMs' | 'detectMainThreadPerWindowMs'>;

async function flatOut(vad: VAD, streams: number, windows: number): Promise<FlatOut> {
  const each = Math.ceil(windows / streams);
  const cpu = process.cpuUsage();
  const loop = performance.eventLoopUtilization();
  const startMs = performance.now();
  await Promise.all(Array.from({ length: streams }, (_, index) => listen(vad, noise(each, index), () => {})));
  const count = each * streams;
  return {
    detectPerWindowMs: (performance.now() - startMs) / count,
    detectCpuPerWindowMs: cpuMsSince(cpu) / count,
    detectMainThreadPerWindowMs: performance.eventLoopUtilization(loop).active / count,
  };
}

async function paced(vad: VAD, streams: number): Promise<Pick<SileroWindowFigures, 'latencyP50Ms' | 'latencyP99Ms'>> {
  const latenciesMs: number[] = [];
  const originMs = performance.now();
  const one = async (seed: number): Promise<void> => {
    let givenMs = 0;
    async function* inTime(): AsyncGenerator<VADInput> {
      let index = 0;
      for await (const input of noise(pacedWindows, seed)) {
        await sleep(Math.max(0, originMs + (index += 1) * windowMs - performance.now()));
        givenMs = performance.now();
        yield input;
      }
    }
    await listen(vad, inTime(), () => latenciesMs.push(performance.now() - givenMs));
  };
  await Promise.all(Array.from({ length: streams }, (_, index) => one(index)));
  latenciesMs.sort((a, b) => a - b);
  const at = (share: number): number => latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? 0;
  return { latencyP50Ms: at(0.5), latencyP99Ms: at(0.99) };
}

async function listen(vad: VAD, audio: AsyncIterable<VADInput>, onWindow: () => void): Promise<void> {
  const call = new AbortController();
  const events = vad.detect({
    audio,
    sampleRate,
    signal: call.signal,
    clock: realClock,
    logger: { log: () => {} },
    sessionId: 'bench',
    callId: 'bench',
  });
  for await (const event of events) if (event.type === 'window') onWindow();
}

/** Live noise: digital silence would be skipped. One frame a window. */
async function* noise(windows: number, seed: number): AsyncGenerator<VADInput> {
  let state = seed + 1;
  const samples = Int16Array.from({ length: windowSamples }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 20) - 2048;
  });
  for (let index = 0; index < windows; index += 1) {
    yield { type: 'audio', frame: { samples, sampleRate, channels: 1, atMs: index * windowMs } };
  }
}

function cpuMsSince(start: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}
