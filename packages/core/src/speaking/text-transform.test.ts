import { describe, expect, test } from 'vitest';
import { removeEmoji } from './remove-emoji.js';
import { removeMarkdown } from './remove-markdown.js';
import { transformText } from './text-transform.js';

describe('S141 Markdown is removed', () => {
  test.each([
    ['*x*', 'x'],
    ['**x**', 'x'],
    ['***x***', 'x'],
    ['_x_', 'x'],
    ['__x__', 'x'],
    ['**bold with *italic* inside**', 'bold with italic inside'],
    ['(**really**)!', '(really)!'],
    ['很**好**吃', '很好吃'],
    ['# Title\nText', 'Title\nText'],
    ['- one\n* two\n+ three', 'one\ntwo\nthree'],
    ['> quoted', 'quoted'],
    ['use `npm test` now', 'use npm test now'],
    ['```js\nlet a;\n```', 'let a;\n'],
    ['a ~~b~~ c', 'a c'],
    ['see [our site](https://x.example "t")', 'see our site'],
    ['![a cat](cat.png)', 'a cat'],
    ['above\n---\nbelow', 'above\nbelow'],
    ['  * * *\nx', 'x'],
  ])('%j is spoken as %j', (written, spoken) => {
    expect(removeMarkdown(written)).toBe(spoken);
  });
});

describe('S142, S143 what only looks like Markdown is kept', () => {
  test.each([
    'a * b',
    '*.ts and *.js',
    'x**2',
    'snake_case and __dunder__x',
    '你_好_吗',
    '****q****',
    'an *open mark',
    'number # 3',
    'wait -- what',
    '2 < 3',
  ])('%j', (text) => {
    expect(removeMarkdown(text)).toBe(text);
  });
});

test.each([
  ['Great 🎉 news', 'Great news'],
  ['Family 👨‍👩‍👧 and 👍🏽', 'Family and '],
  ['🇩🇪 Berlin', ' Berlin'],
  ['Press 1️⃣ now', 'Press now'],
  ['5 © 2026 ™', '5 © 2026 ™'],
])('emoji are not spoken: %j', (written, spoken) => {
  expect(removeEmoji(written)).toBe(spoken);
});

test('transforms apply in their order, an own one among them', () => {
  expect(transformText('**Hi** 👋 there', ['markdown', 'emoji', (text) => text.replace('there', 'you')])).toBe('Hi you');
});
