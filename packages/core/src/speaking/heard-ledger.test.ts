import { describe, expect, test } from 'vitest';
import { HeardLedger } from './heard-ledger.js';

function said(text: string, audioMs: number, isComplete = true): HeardLedger {
  const ledger = new HeardLedger();
  ledger.open('s1', text);
  ledger.addAudio('s1', audioMs);
  if (isComplete) ledger.complete('s1');
  return ledger;
}

describe('what was heard', () => {
  const text = 'long long answer with many words in it';

  test.each([
    ['nothing', 0, ''],
    ['S020: two of ten syllables', 2300, 'long long'],
    ['all of it', 10_000, text],
  ])('without word timings goes by syllables: %s', (_name, playedMs, heard) => {
    expect(said(text, 10_000).heardOf(text, playedMs)).toBe(heard);
  });

  test('goes by word timings where there are some', () => {
    const ledger = said('It costs $5 today', 2000);
    ledger.addWord('s1', { endMs: 300, inputEnd: 2 });
    ledger.addWord('s1', { endMs: 700, inputEnd: 8 });
    ledger.addWord('s1', { endMs: 1500, inputEnd: 11 });
    expect(ledger.heardOf('It costs $5 today', 1499)).toBe('It costs');
    expect(ledger.heardOf('It costs $5 today', 1500)).toBe('It costs $5');
  });

  test('is cut in the text as it was written, marks and all', () => {
    expect(said('We have two tables', 2000).heardOf('We have **two** tables', 1300)).toBe('We have **two**');
  });

  test('counts whole segments first, then within the next', () => {
    const ledger = said('One here. ', 1000);
    ledger.open('s2', 'Two there.');
    ledger.addAudio('s2', 1000);
    ledger.complete('s2');
    expect(ledger.heardOf('One here. Two there.', 1600)).toBe('One here. Two');
  });

  test('of a segment still being made goes by the usual pace, so that little audio is not taken for all the words', () => {
    expect(said(text, 600, false).heardOf(text, 600)).toBe('long long');
  });
});
