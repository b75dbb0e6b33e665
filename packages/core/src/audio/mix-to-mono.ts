/**
 * One channel from several: their mean, so that nothing clips. One channel is given back as it is, not copied.
 *
 * @param samples Interleaved 16-bit PCM.
 * @param channels A whole number from 1 on.
 * @throws {RangeError} The number of samples is no multiple of the channels.
 */
export function mixToMono(samples: Int16Array, channels: number): Int16Array {
  if (!Number.isInteger(channels) || channels < 1) throw new RangeError(`audio has a whole number of channels from 1 on, not ${channels}`);
  if (samples.length % channels !== 0) throw new RangeError(`${samples.length} samples are no whole number of ${channels}-channel samples`);
  if (channels === 1) return samples;
  const mono = new Int16Array(samples.length / channels);
  for (let index = 0; index < mono.length; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += samples[index * channels + channel]!;
    mono[index] = Math.round(sum / channels);
  }
  return mono;
}
