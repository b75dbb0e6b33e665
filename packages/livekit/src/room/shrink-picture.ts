/** RGBA, row by row. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** The picture with neither side longer than this: each of its pixels is the mean of a square of 2 × 2, 3 × 3, ... of the old ones. */
export function shrinkPicture({ data, width, height }: Picture, longestSide: number): Picture {
  const factor = Math.ceil(Math.max(width, height) / longestSide);
  if (factor <= 1) return { data, width, height };
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  const pixels = new Uint8Array(small.width * small.height * 4);
  // A plain loop over channels: a large picture has millions of them.
  for (let index = 0; index < pixels.length; index += 1) {
    const pixel = index >> 2;
    const fromX = (pixel % small.width) * factor;
    const fromY = Math.floor(pixel / small.width) * factor;
    let sum = 0;
    for (let y = fromY; y < fromY + factor; y += 1) {
      for (let x = fromX; x < fromX + factor; x += 1) sum += data[(y * width + x) * 4 + (index & 3)] ?? 0;
    }
    pixels[index] = Math.round(sum / (factor * factor));
  }
  return { data: pixels, ...small };
}
