import { APIConnectionError, APIError } from '@parley/core/provider';
import type { WorkerReply } from './worker-message.js';

type Failure = Extract<WorkerReply, { readonly type: 'failed' }>;

/** How to get the runtime: its install script fetches files for graphics cards, which fails without a network and is not needed. */
const howToInstall =
  'run `npm install onnxruntime-node`, or where its install script cannot reach the network, `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node` ' +
  '(the same as the line `onnxruntime-node-install=skip` in the .npmrc, or as `--ignore-scripts`)';

/** What a worker's failure means to a caller. Only a failed run may go better on another try. */
export function runtimeError(failure: Failure): APIError {
  const cause = new Error(failure.message);
  switch (failure.step) {
    case 'runtime':
      return new APIError(runtimeMessage(failure), { kind: 'invalid-request', provider: 'silero', retryable: false, cause });
    case 'model':
      return new APIError(
        `the model cannot be loaded (${failure.message}): install @parley/silero again, its file model/silero_vad.onnx is missing or broken`,
        {
          kind: 'invalid-request',
          provider: 'silero',
          retryable: false,
          cause,
        },
      );
    case 'run':
      return new APIConnectionError(`the model failed while it ran (${failure.message})`, { provider: 'silero', cause });
    default:
      return failure.step satisfies never;
  }
}

function runtimeMessage({ code, message: whole }: Failure): string {
  // What follows the first line is a list of paths; the cause keeps it.
  const [message = ''] = whole.split('\n');
  const system = `${process.platform} ${process.arch}`;
  if (message.includes('onnxruntime_binding.node') || code === 'ERR_DLOPEN_FAILED') {
    return `onnxruntime-node has no build that loads on ${system} (${message}): use a version of it that has one, or another VAD`;
  }
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return `onnxruntime-node is not installed: ${howToInstall}`;
  return `onnxruntime-node cannot be loaded on ${system} (${message}): ${howToInstall}`;
}
