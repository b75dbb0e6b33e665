import type { CallOptions } from '@parley/core/provider';
import { AbortError } from '@parley/core/provider-kit';
import type { TrialCall } from '../trial/trial-call.js';

/** A call that its trial does not remember: for rules that make thousands, and measure what is left of them. */
export function passingCall(options: CallOptions): TrialCall {
  const controller = new AbortController();
  return { options: { ...options, signal: controller.signal }, abort: () => controller.abort(new AbortError()) };
}
