import { expect, test } from 'vitest';
import { profileTable, selfTimes } from './profile-table.js';

const node = (id: number, functionName: string, url = '') => ({
  id,
  callFrame: { functionName, url, scriptId: '0', lineNumber: 9, columnNumber: 0 },
});
const profile = {
  nodes: [
    node(1, '(root)'),
    node(2, '(idle)'),
    node(3, 'hear', 'file:///far/away/dist/index.mjs'),
    node(4, ''),
    node(5, 'hear', 'file:///far/away/dist/index.mjs'),
  ],
  samples: [2, 3, 4, 5],
  timeDeltas: [10_000, 2000, 1000, 3000],
  startTime: 0,
  endTime: 16_000,
};

test('time is added up by function, wherever it was called from, most first, and idle time is left out', () => {
  expect(selfTimes(profile)).toEqual([
    { where: 'hear dist/index.mjs:10', ms: 5 },
    { where: '(anonymous)', ms: 1 },
  ]);
});

test('the table gives shares of the busy time', () => {
  expect(profileTable(profile).split('\n')).toEqual([
    '6 ms busy; self time by function:',
    '       5.0 ms  83.3 %  hear dist/index.mjs:10',
    '       1.0 ms  16.7 %  (anonymous)',
  ]);
});
