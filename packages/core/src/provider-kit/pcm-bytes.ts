/** 16-bit samples as little-endian bytes. On machines of that order a view, which must not be written to. */
export function pcmBytes(samples: Int16Array): Uint8Array {
  if (isLittleEndian) return new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const view = new DataView(new ArrayBuffer(samples.byteLength));
  samples.forEach((sample, index) => view.setInt16(index * 2, sample, true));
  return new Uint8Array(view.buffer);
}

const isLittleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
