import { APIError, type VADRequest } from '@parley/core/provider';
import type { SpeechRules } from './speech-state.js';

/** A request's own `threshold`, `minSpeechMs` and `minSilenceMs` come before these. */
export interface SileroSettings {
  /** Probability from which a window counts as voice, above 0 and up to 1. 0.5 by default; higher in noise. */
  readonly threshold?: number | undefined;
  /** Probability below which a window of speech counts as silence, above 0 and up to `threshold`. `threshold - 0.15` by default. */
  readonly offThreshold?: number | undefined;
  /** Voice that makes speech, in milliseconds; counted in windows of 32 ms. 64 by default. */
  readonly minSpeechMs?: number | undefined;
  /** Silence that ends it, in milliseconds; counted in windows of 32 ms. 416 by default. */
  readonly minSilenceMs?: number | undefined;
}

/** How far below `threshold` speech is still speech, and the lowest such probability: as in `VADIterator` of silero-vad 6.2.3. */
const hysteresis = 0.15;
const lowestOffThreshold = 0.01;
/** Two windows: a click is not speech. */
const defaultMinSpeechMs = 64;
/** Thirteen windows: shorter pauses lie between words. */
const defaultMinSilenceMs = 416;
/** An end of speech later than a minute after it is a mistake in the unit. */
const maxDurationMs = 60_000;

/**
 * The rules of a call.
 *
 * @throws {APIError} kind `invalid-request`: a value is out of its range; says which.
 */
export function speechRules(
  settings: SileroSettings,
  request: Pick<VADRequest, 'threshold' | 'minSpeechMs' | 'minSilenceMs'> = {},
): SpeechRules {
  const threshold = probability('threshold', request.threshold ?? settings.threshold ?? 0.5);
  const offThreshold = probability(
    'offThreshold',
    settings.offThreshold ?? Math.max(threshold - hysteresis, Math.min(lowestOffThreshold, threshold)),
  );
  if (offThreshold > threshold && request.threshold === undefined) {
    throw refusal(`offThreshold is ${offThreshold}, above threshold ${threshold}: it is where speech ends, so give one that is lower`);
  }
  return {
    threshold,
    // A request that asks for a lower threshold than the settings' `offThreshold` gets no hysteresis rather than an error.
    offThreshold: Math.min(offThreshold, threshold),
    minSpeechMs: duration('minSpeechMs', request.minSpeechMs ?? settings.minSpeechMs ?? defaultMinSpeechMs),
    minSilenceMs: duration('minSilenceMs', request.minSilenceMs ?? settings.minSilenceMs ?? defaultMinSilenceMs),
  };
}

function probability(name: string, value: number): number {
  if (value > 0 && value <= 1) return value;
  throw refusal(`${name} is ${value}: give a probability above 0 and up to 1`);
}

function duration(name: string, value: number): number {
  if (value >= 0 && value <= maxDurationMs) return value;
  throw refusal(`${name} is ${value}: give milliseconds from 0 to ${maxDurationMs}`);
}

const refusal = (message: string) => new APIError(message, { kind: 'invalid-request', provider: 'silero', retryable: false });
