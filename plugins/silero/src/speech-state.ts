import type { VADEvent } from '@parley/core/provider';

/** When probabilities make speech. */
export interface SpeechRules {
  /** From this probability on a window is voice. */
  readonly threshold: number;
  /** During speech, from this lower one on: a voice that grows quiet is not cut. */
  readonly offThreshold: number;
  /** Voice in a row that makes speech. */
  readonly minSpeechMs: number;
  /** Silence in a row that ends it. */
  readonly minSilenceMs: number;
}

export interface SpeechState {
  readonly isSpeaking: boolean;
  /** Where the present stretch of voice began; absent in silence. */
  readonly startMs: number | undefined;
  /** End of the last window of voice; before any, where listening began. */
  readonly voiceEndMs: number | undefined;
}

/** A window that the model has judged. */
export interface JudgedWindow {
  readonly atMs: number;
  readonly durationMs: number;
  readonly probability: number;
}

export interface NextSpeech {
  readonly state: SpeechState;
  readonly events: readonly VADEvent[];
}

export const initialSpeech: SpeechState = { isSpeaking: false, startMs: undefined, voiceEndMs: undefined };

/**
 * What a window makes of it: one `window` event, then the start or end that it causes.
 *
 * `speechMs` is the present stretch of voice from its beginning to its last window of voice (a pause within it counts, the silence after
 * it does not), already while it is too short to be speech; 0 in silence. `silenceMs` is what has passed since the last window of voice.
 */
export function nextSpeech(state: SpeechState, window: JudgedWindow, rules: SpeechRules): NextSpeech {
  const isVoice = window.probability >= (state.isSpeaking ? rules.offThreshold : rules.threshold);
  return isVoice ? voiced(state, window, rules) : unvoiced(state, window, rules);
}

function voiced(state: SpeechState, window: JudgedWindow, rules: SpeechRules): NextSpeech {
  const { atMs, probability } = window;
  const startMs = state.startMs ?? atMs;
  const voiceEndMs = atMs + window.durationMs;
  const speechMs = voiceEndMs - startMs;
  const isSpeaking = state.isSpeaking || speechMs >= rules.minSpeechMs;
  const heard: VADEvent = { type: 'window', atMs, probability, speechMs, silenceMs: 0 };
  return {
    state: { isSpeaking, startMs, voiceEndMs },
    events: isSpeaking && !state.isSpeaking ? [heard, { type: 'speech-start', atMs: startMs }] : [heard],
  };
}

function unvoiced(state: SpeechState, window: JudgedWindow, rules: SpeechRules): NextSpeech {
  const { atMs, probability } = window;
  const voiceEndMs = state.voiceEndMs ?? atMs;
  const silenceMs = Math.max(0, atMs + window.durationMs - voiceEndMs);
  const silent: SpeechState = { isSpeaking: false, startMs: undefined, voiceEndMs };
  if (!state.isSpeaking) return { state: silent, events: [{ type: 'window', atMs, probability, speechMs: 0, silenceMs }] };

  const speechMs = voiceEndMs - (state.startMs ?? voiceEndMs);
  const heard: VADEvent = { type: 'window', atMs, probability, speechMs, silenceMs };
  if (silenceMs < rules.minSilenceMs) return { state: { ...state, voiceEndMs }, events: [heard] };
  return { state: silent, events: [heard, { type: 'speech-end', atMs: voiceEndMs }] };
}

/** The input has ended: speech under way ended with its last window of voice. */
export function endSpeech(state: SpeechState): readonly VADEvent[] {
  return state.isSpeaking && state.voiceEndMs !== undefined ? [{ type: 'speech-end', atMs: state.voiceEndMs }] : [];
}
