const highest = 32_767;

/** Adds to the samples what lies at their places, and cuts what is too loud at full scale, where it would else turn over into noise. */
export function addSaturated(samples: Int16Array, added: Float32Array): void {
  for (let index = 0; index < samples.length; index++) {
    const both = samples[index]! + Math.round(added[index]!);
    samples[index] = Math.max(-highest - 1, Math.min(highest, both));
  }
}
