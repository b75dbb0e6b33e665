// @ts-check
// Speaks the worker's messages, and answers no run; with the model `never` it does not even become ready.
import { parentPort, workerData } from 'node:worker_threads';

parentPort?.on('message', (request) => {
  if (request === 'end') parentPort?.close();
});
if (workerData.modelPath !== 'never') parentPort?.postMessage({ type: 'ready' });
