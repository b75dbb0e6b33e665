import type { VADEvent } from '@parley/core/provider';
import type { AudioWindow } from './audio-windows.js';

export interface SpeechRules {
  /** Probability from which a window is voice. */
  readonly threshold: number;
  readonly minSpeechMs: number;
  readonly minSilenceMs: number;
}

/** What windows make of each other: where speech begins and ends. */
export class SpeechJudge {
  readonly #rules: SpeechRules;
  readonly #windowMs: number;
  #isSpeaking = false;
  /** Where the present stretch of voice began. */
  #startMs: number | undefined;
  /** Where the last window of voice ended; before any, where the stream began. */
  #voiceEndMs: number | undefined;

  constructor(rules: SpeechRules, windowMs: number) {
    this.#rules = rules;
    this.#windowMs = windowMs;
  }

  /** The event of the window, then the start or the end that it causes. */
  judge({ atMs, samples }: AudioWindow): readonly VADEvent[] {
    const probability = voiceProbability(samples);
    const endMs = atMs + this.#windowMs;
    if (probability < this.#rules.threshold) return this.#silent(atMs, probability);
    this.#startMs ??= atMs;
    this.#voiceEndMs = endMs;
    const startMs = this.#startMs;
    const window: VADEvent = { type: 'window', atMs, probability, speechMs: endMs - startMs, silenceMs: 0 };
    if (this.#isSpeaking || endMs - startMs < this.#rules.minSpeechMs) return [window];
    this.#isSpeaking = true;
    return [window, { type: 'speech-start', atMs: startMs }];
  }

  /** The audio has ended: so has speech. */
  end(): readonly VADEvent[] {
    return this.#isSpeaking && this.#voiceEndMs !== undefined ? [{ type: 'speech-end', atMs: this.#voiceEndMs }] : [];
  }

  reset(): void {
    this.#isSpeaking = false;
    this.#startMs = undefined;
    this.#voiceEndMs = undefined;
  }

  #silent(atMs: number, probability: number): readonly VADEvent[] {
    this.#voiceEndMs ??= atMs;
    const voiceEndMs = this.#voiceEndMs;
    const silenceMs = atMs + this.#windowMs - voiceEndMs;
    if (!this.#isSpeaking) {
      this.#startMs = undefined;
      return [{ type: 'window', atMs, probability, speechMs: 0, silenceMs }];
    }
    const window: VADEvent = { type: 'window', atMs, probability, speechMs: voiceEndMs - (this.#startMs ?? voiceEndMs), silenceMs };
    if (silenceMs < this.#rules.minSilenceMs) return [window];
    this.#isSpeaking = false;
    this.#startMs = undefined;
    return [window, { type: 'speech-end', atMs: voiceEndMs }];
  }
}

/** Half of full certainty at this loudness, in dBFS: a quiet room lies 30 dB below it, a voice 10 dB above. */
const evenDb = -45;
const slopeDb = 4;

/** By loudness: anything loud is a voice to it. */
function voiceProbability(samples: Int16Array): number {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  if (sum === 0) return 0;
  const loudness = 10 * Math.log10(sum / samples.length / 32_768 ** 2);
  return 1 / (1 + Math.exp((evenDb - loudness) / slopeDb));
}
