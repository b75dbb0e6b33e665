import type { ElevenLabsVoiceSettings } from './eleven-labs-settings.js';
import { unsupported } from './vendor-error.js';

/** "George", of the vendor's own, as in its examples. */
export const defaultVoice = 'JBFqnCBsd6RMkjVDRZzb';

/** Of the formats `pcm_…`, mono; 44,100 Hz is for the larger accounts. */
export const sampleRates = Object.freeze([24_000, 16_000, 22_050, 8_000, 44_100] as const);

/** @throws {APIError} It is not among them: kind `unsupported`. */
export function refuseRate(sampleRate: number): void {
  if (sampleRates.some((rate) => rate === sampleRate)) return;
  throw unsupported(`this voice speaks at ${sampleRates.join(', ')} Hz, not at ${sampleRate}: resample its audio`);
}

/** With the vendor's names; what is absent is left to the voice. */
export const voiceSettingsOf = ({ stability, similarityBoost, style, useSpeakerBoost, speed }: ElevenLabsVoiceSettings) => ({
  stability,
  similarity_boost: similarityBoost,
  style,
  use_speaker_boost: useSpeakerBoost,
  speed,
});
