// @ts-check
// The thread on which the model runs. Plain JavaScript: a worker thread cannot start from a .ts file on Node 20.
import { parentPort, workerData } from 'node:worker_threads';

/** @typedef {import('./worker-message.js').WorkerReply} WorkerReply */

/** @type {import('./worker-message.js').WorkerSettings} */
const settings = workerData;
const { input: sharedInput, state: sharedState, output: sharedOutput } = settings.batch;
// The runtime reads plain memory only, and its tensors need a view of the exact length.
const input = new Float32Array(sharedInput.length);
const state = new Float32Array(sharedState.length);

/** @param {WorkerReply} message */
function reply(message) {
  parentPort?.postMessage(message);
}

/**
 * @param {'runtime' | 'model' | 'run'} step
 * @param {unknown} error
 */
function fail(step, error) {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  reply({ type: 'failed', step, code, message: error instanceof Error ? error.message : String(error) });
  // Its main thread ends this one; until then it takes no more work.
  parentPort?.close();
}

/** Loaded here and not at the top, so that its absence is reported and not thrown. */
async function loadRuntime() {
  const loaded = await import('onnxruntime-node');
  // CommonJS: depending on how it was built, its names stand on the default export only.
  return 'InferenceSession' in loaded ? loaded : /** @type {typeof import('onnxruntime-node')} */ (Reflect.get(loaded, 'default'));
}

async function main() {
  const runtime = await loadRuntime().catch((error) => fail('runtime', error));
  if (runtime === undefined) return;
  // One thread: the model is so small that a second one costs more than it saves, and would take the core of the main thread.
  const session = await runtime.InferenceSession.create(settings.modelPath, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // Errors only: the runtime's own warnings (no GPU found, and such) are no news to a caller.
    logSeverityLevel: 3,
  }).catch((error) => fail('model', error));
  if (session === undefined) return;

  const { Tensor } = runtime;
  const rates = new Map([8000, 16_000].map((rate) => [rate, new Tensor('int64', BigInt64Array.of(BigInt(rate)), [])]));

  /** @param {import('./worker-message.js').RunRequest} request */
  const run = async ({ rows, rowSamples, sampleRate }) => {
    const samples = rows * rowSamples;
    const values = 2 * rows * 128;
    input.set(sharedInput.subarray(0, samples));
    state.set(sharedState.subarray(0, values));
    const results = await session.run({
      input: new Tensor('float32', input.subarray(0, samples), [rows, rowSamples]),
      state: new Tensor('float32', state.subarray(0, values), [2, rows, 128]),
      sr: /** @type {import('onnxruntime-node').Tensor} */ (rates.get(sampleRate)),
    });
    sharedState.set(/** @type {Float32Array} */ (results['stateN']?.data));
    sharedOutput.set(/** @type {Float32Array} */ (results['output']?.data));
    reply({ type: 'done' });
  };

  parentPort?.on('message', (/** @type {import('./worker-message.js').WorkerRequest} */ request) => {
    if (request === 'end') parentPort?.close();
    else run(request).catch((error) => fail('run', error));
  });
  reply({ type: 'ready' });
}

main().catch((error) => fail('run', error));
