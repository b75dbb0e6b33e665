import { expect, test } from 'vitest';
import { readPronunciations } from './pronunciations.js';

test('pronunciations are sorted and rid of marks of stress, so that equal ones are equal', () => {
  expect(readPronunciations({ parley: ' P AA1 R  L IY0 ', acme: 'AE K M IY' })).toEqual([
    ['acme', 'AE K M IY'],
    ['parley', 'P AA R L IY'],
  ]);
});

test.each([
  [{ Parley: 'P' }, "pronunciations: 'Parley' is not a word of small letters and apostrophes"],
  [{ parley: 'P QQ' }, "pronunciations: 'parley' has no such phone as 'QQ': use AA AE"],
  [{ parley: '' }, "pronunciations: 'parley' has no such phone as '': use AA AE"],
])('%j is refused', (pronunciations, message) => {
  expect(() => readPronunciations(pronunciations)).toThrow(message);
});
