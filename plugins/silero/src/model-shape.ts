/**
 * Rates the model was trained for, in hertz, preferred first.
 *
 * @see `OnnxWrapper` in `silero_vad/utils_vad.py` of silero-vad 6.2.3, the source of every number in this file.
 */
export const sampleRates = [16_000, 8_000] as const;

export type SileroSampleRate = (typeof sampleRates)[number];

/** The model judges windows of this length, at both rates. */
export const windowMs = 32;

/** Samples in a window: 512 at 16 kHz, 256 at 8 kHz. */
export const windowSamples = (sampleRate: SileroSampleRate): number => (sampleRate * windowMs) / 1000;

/** Samples of the window before that stand in front of each window: 64 at 16 kHz, 32 at 8 kHz. Without them no speech is found. */
export const contextSamples = (sampleRate: SileroSampleRate): number => windowSamples(sampleRate) / 8;

/** Layers of the recurrent state, and values in each: the model's state has the shape [2, rows, 128]. */
export const stateLayers = 2;
export const stateSize = 128;
