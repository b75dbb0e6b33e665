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
    ['*italic with **bold** inside*', 'italic with bold inside'],
    ['**a** and **b**, *c* and _d_', 'a and b, c and d'],
    ['(**really**)!', '(really)!'],
    ['"*x*", *y*.', '"x", y.'],
    ['**$5** today, 100% *sure*!', '$5 today, 100% sure!'],
    ['**Note:** do it', 'Note: do it'],
    ['很**好**吃', '很好吃'],
    ['日本語*強調*です', '日本語強調です'],
    ['한국어**강조**입니다', '한국어강조입니다'],
    ['ข้อความ**หนา**ตรงนี้', 'ข้อความหนาตรงนี้'],
    ['# Title\nText', 'Title\nText'],
    ['###### Small', 'Small'],
    ['- one\n* two\n+ three', 'one\ntwo\nthree'],
    ['- outer\n    - *inner*', 'outer\ninner'],
    ['> quoted', 'quoted'],
    ['> > twice quoted', 'twice quoted'],
    ['use `npm test` now', 'use npm test now'],
    ['use ``npm test`` now', 'use npm test now'],
    ['```js\nlet a;\n```', 'let a;\n'],
    ['~~~\nlet a;\n~~~', 'let a;\n'],
    ['a ~~b~~ c', 'a c'],
    ['a ~~b c~~, d', 'a , d'],
    ['see [our site](https://x.example "t")', 'see our site'],
    ['see [the page](https://en.example/a_(b)) now', 'see the page now'],
    ['**[bold link](x)** and [**bold text**](y)', 'bold link and bold text'],
    ['![a cat](cat.png)', 'a cat'],
    ['[![a cat](cat.png)](cats.html)', 'a cat'],
  ])('%j is spoken as %j', (written, spoken) => {
    expect(removeMarkdown(written)).toBe(spoken);
  });
});

describe('S142 what only looks like Markdown is kept', () => {
  test.each([
    ['a * b'],
    ['*.ts and *.js'],
    ['**/*.ts'],
    ['x**2'],
    ['2*3*4'],
    ['2 ** 3 ** 4'],
    ['snake_case and __dunder__x'],
    ['foo__bar__baz'],
    ['你_好_吗'],
    ['你__好__吗'],
    ['****q****'],
    ['an *open mark'],
    ['**not closed'],
    ['closed only*'],
    ['an `open mark'],
    ['an [open link](https://'],
    ['a ~~b'],
    ['number # 3'],
    ['#hashtag'],
    ['####### seven'],
    ['2 < 3 and 3 > 2'],
    ['a + b - c'],
    ['1. one'],
    ['[a note] in brackets'],
  ])('%j', (text) => {
    expect(removeMarkdown(text)).toBe(text);
  });
});

describe('S143 a line that is a break', () => {
  test.each(['---', '***', '___', '- - -', '* * *', '_ _ _', '-----', '   ---', '--- '])('%j vanishes', (line) => {
    expect(removeMarkdown(`above\n${line}\nbelow`)).toBe('above\nbelow');
    expect(removeMarkdown(line)).toBe('');
  });

  test.each(['    ---', '\t***', '    * * *', 'wait -- what', '-- what', '--'])('%j does not', (line) => {
    expect(removeMarkdown(line)).toBe(line);
  });
});

describe('emoji are not spoken', () => {
  test.each([
    ['Great 🎉 news', 'Great news'],
    ['Family 👨‍👩‍👧 and 👍🏽', 'Family and '],
    ['🇩🇪 Berlin', ' Berlin'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿 England', ' England'],
    ['👁️‍🗨️ seen', ' seen'],
    ['🧑🏽‍💻 at work', ' at work'],
    ['well ❤️', 'well '],
    ['Press 1️⃣ now', 'Press now'],
    ['Fine 😀!', 'Fine!'],
    ['Fine 😀, thanks 👍.', 'Fine, thanks.'],
    ['a👍b', 'ab'],
    ['👍👍 ok', ' ok'],
  ])('%j is spoken as %j', (written, spoken) => {
    expect(removeEmoji(written)).toBe(spoken);
  });

  test.each([['5 © 2026 ™'], ['1 2 3 # *'], ['→ ✓ ☎ ❤'], ['two  blanks'], ['日本語。']])('text by default is kept: %j', (text) => {
    expect(removeEmoji(text)).toBe(text);
  });
});

test('transforms apply in their order, an own one among them', () => {
  expect(transformText('**Hi** 👋 there', ['markdown', 'emoji', (text) => text.replace('there', 'you')])).toBe('Hi you');
  expect(transformText('*a*', [(text) => text.replace('*a*', '**b**'), 'markdown'])).toBe('b');
  expect(transformText('**Hi** 👋', [])).toBe('**Hi** 👋');
});

// A model that is caught in a loop must not stop the process.
test.each(['*', '_', '[', '![', '[a](', '~~a', '`', '**a ', '- ', '> ', '😀\u200D'])(
  'twenty thousand characters of %j take no time',
  (piece) => {
    const before = process.cpuUsage();
    transformText(piece.repeat(20_000 / piece.length), ['markdown', 'emoji']);
    expect(process.cpuUsage(before).user).toBeLessThan(300_000);
  },
);
