import { expect, test } from 'vitest';
import { chooseSound } from './choose-sound.js';

test.each([
  [[1], 0, 0],
  [[1], 0.999, 0],
  [[0.25, 0.5], 0.24, 0],
  [[0.25, 0.5], 0.25, 1],
  [[0.25, 0.5], 0.74, 1],
  [[0.25, 0.5], 0.75, undefined],
  [[1, 1], 0.49, 0],
  [[1, 1], 0.5, 1],
  [[0, 1], 0, 1],
  [[], 0, undefined],
])('of %j chance %d chooses %s', (probabilities, chance, index) => {
  expect(chooseSound(probabilities, chance)).toBe(index);
});
