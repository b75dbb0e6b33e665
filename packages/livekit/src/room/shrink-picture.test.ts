import { expect, test } from 'vitest';
import { shrinkPicture } from './shrink-picture.js';

test('a picture that is small enough stays as it is', () => {
  const picture = { data: new Uint8Array(4 * 4 * 2), width: 4, height: 2 };
  expect(shrinkPicture(picture, 4)).toEqual(picture);
});

test('each pixel of a smaller picture is the mean of a square, channel by channel; what is left over at the edges goes', () => {
  const pixels = [
    [10, 0, 0, 255, 30, 0, 0, 255, 0, 100, 0, 255, 0, 100, 0, 255, 1, 1, 1, 1],
    [50, 0, 8, 255, 70, 0, 8, 255, 0, 200, 0, 255, 0, 200, 0, 255, 1, 1, 1, 1],
  ];
  const shrunk = shrinkPicture({ data: Uint8Array.from(pixels.flat()), width: 5, height: 2 }, 3);
  expect(shrunk).toEqual({ data: Uint8Array.from([40, 0, 4, 255, 0, 150, 0, 255]), width: 2, height: 1 });
});
