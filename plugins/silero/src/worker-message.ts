import type { SharedBatch } from './batch-memory.js';
import type { SileroSampleRate } from './model-shape.js';

/** What the worker is started with. */
export interface WorkerSettings {
  readonly modelPath: string;
  readonly batch: SharedBatch;
}

/** `end`: the thread ends by itself once it is done. Else: run the rows that lie in the shared memory; answered by `done` or `failed`, before the next may be sent. */
export type WorkerRequest = 'end' | RunRequest;

export interface RunRequest {
  readonly rows: number;
  /** Context and window together. */
  readonly rowSamples: number;
  readonly sampleRate: SileroSampleRate;
}

export type WorkerReply =
  /** Once, before anything else: the model is loaded. */
  | { readonly type: 'ready' }
  | { readonly type: 'done' }
  /** `step` tells what failed: loading onnxruntime-node, loading the model, or running it. The worker is of no use any more. */
  | { readonly type: 'failed'; readonly step: 'runtime' | 'model' | 'run'; readonly code: string; readonly message: string };
