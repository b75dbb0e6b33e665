// @ts-check
import { parentPort } from 'node:worker_threads';

/** What can never work, however often it is asked; the caller gets its message. */
export class InvalidRequest extends Error {}

/**
 * Answers what `WorkerClient` asks: one reply for each numbered request, none for what it tells. A fault other than an `InvalidRequest`
 * ends the worker: an engine in WebAssembly that failed once may be in any state.
 *
 * @param {(request: any) => unknown} handle Returns the reply or a promise of it. Buffers of a `samples` in it are handed over, not copied.
 */
export function serve(handle) {
  parentPort?.on('message', (/** @type {Message} */ message) => {
    // A fault becomes an unhandled rejection, which ends the thread; the host hears of it as the worker's `error`.
    void answer(message, handle);
  });
}

/**
 * @typedef {{ readonly id?: number, readonly request: unknown }} Message
 * @param {Message} message
 * @param {(request: any) => unknown} handle
 */
async function answer({ id, request }, handle) {
  try {
    const result = await handle(request);
    if (id !== undefined) parentPort?.postMessage({ id, result }, transferOf(result));
  } catch (error) {
    if (!(error instanceof InvalidRequest)) throw error;
    if (id !== undefined) parentPort?.postMessage({ id, error: { message: error.message } });
  }
}

/** @param {unknown} result */
function transferOf(result) {
  const samples = typeof result === 'object' && result !== null && 'samples' in result ? result.samples : undefined;
  return samples instanceof Int16Array && samples.buffer instanceof ArrayBuffer ? [samples.buffer] : [];
}
