import { expect, test } from 'vitest';
import { durationMsOf, frameKind, framesOf, oneSecondTurn } from './turn-pattern.js';

test('a turn is voice, then the frame that decides, then silence, over and over', () => {
  const kinds = Array.from({ length: 10 }, (_, index) => frameKind({ voiced: 2, silent: 3 }, index));
  expect(kinds).toEqual(['voiced', 'voiced', 'deciding', 'silent', 'silent', 'voiced', 'voiced', 'deciding', 'silent', 'silent']);
});

test('the one-second turn is 50 frames of 20 ms', () => {
  expect(framesOf(oneSecondTurn)).toBe(50);
  expect(durationMsOf(oneSecondTurn)).toBe(1000);
});
