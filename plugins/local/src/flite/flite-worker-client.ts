import type { Phone } from './spoken-word-timings.js';
import { WorkerClient, type WorkerLease } from '../worker/worker-client.js';

/** What the worker speaks, or the phones of words by themselves. */
export type FliteRequest =
  | { readonly type: 'speak'; readonly voice: string; readonly text: string }
  | { readonly type: 'phones'; readonly words: readonly string[] };

/** Samples are 16-bit at 16 kHz, in whole frames of 20 ms. */
export interface FliteReply {
  readonly samples?: Int16Array;
  readonly phones?: readonly Phone[];
  readonly groups?: readonly (readonly string[])[];
}

export type FliteLease = WorkerLease<FliteRequest, FliteReply>;

/** The one flite thread of the process. Two requests at a time keep it busy; the others wait where an abort can take them back. */
export const fliteWorker = new WorkerClient<FliteRequest, FliteReply>({
  url: new URL('./flite-worker.mjs', import.meta.url),
  name: 'parley-flite',
  maxInFlight: 2,
});
