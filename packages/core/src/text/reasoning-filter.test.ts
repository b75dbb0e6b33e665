import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReasoningFilter } from './reasoning-filter.js';

function filtered(text: string, size: number): string {
  const filter = new ReasoningFilter();
  let shown = '';
  for (let at = 0; at < text.length; at += size) shown += filter.push(text.slice(at, at + size));
  return shown + filter.flush();
}

describe('S152 what a model thinks aloud is left out', () => {
  test.each([
    ['<think>let me see</think>Hello', 'Hello'],
    ['Well, <think>hm</think>hello <think>again</think>there', 'Well, hello there'],
    ['<THINK>x</Think>y', 'y'],
    ['<thinking>a < b and </b></thinking>y', 'y'],
    ['<think></think>y', 'y'],
    ['Hello <think>never closed </thi', 'Hello '],
    ['Hello <thin', 'Hello <thin'],
    ['Hello <', 'Hello <'],
    ['a < b, <3 and <b>bold</b>', 'a < b, <3 and <b>bold</b>'],
    ['<<think>x</think>', '<'],
    ['<thinker>x</thinker>', '<thinker>x</thinker>'],
    ['1 </think> 2', '1 </think> 2'],
  ])('%j is shown as %j, whatever the size of the pieces', (text, shown) => {
    for (let size = 1; size <= text.length; size += 1) expect(filtered(text, size)).toBe(shown);
  });

  test('also from any text at all', () => {
    const piece = fc.constantFrom('<think>', '</think>', '<thinking>', '<', 'th', 'ink>', '</', 'word ', '>');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        expect(filtered(pieces.join(''), size)).toBe(filtered(pieces.join(''), 10_000));
      }),
    );
  });

  test('is shown at once where it can be no mark', () => {
    const filter = new ReasoningFilter();
    expect(['Hel', 'lo <', 'th', 'e '].map((piece) => filter.push(piece))).toEqual(['Hel', 'lo ', '', '<the ']);
  });
});
