import { expect, test } from 'vitest';
import { badgeJson, badgeSvg } from './badge.js';

test('a badge says what did not apply, and is not as bright for it', () => {
  const partly = { level: 5, label: '5 (faults: no wire, timing: no wire)', result: 'conforms' } as const;
  expect(JSON.parse(badgeJson(partly))).toMatchObject({ message: 'level 5 (faults: no wire, timing: no wire)', color: 'green' });
  expect(badgeSvg(partly)).toContain('level 5 (faults: no wire, timing: no wire)');
  expect(JSON.parse(badgeJson({ level: 5, label: '5', result: 'conforms' }))).toMatchObject({ message: 'level 5', color: 'brightgreen' });
});

test('a badge of what does not conform, or was not proven, is red', () => {
  expect(JSON.parse(badgeJson({ level: 2, label: '2', result: 'does not conform' }))).toMatchObject({ message: 'level 2', color: 'red' });
  expect(JSON.parse(badgeJson({ level: 2, label: '2', result: 'the kit failed' }))).toMatchObject({ message: 'unknown', color: 'red' });
});
