import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { replaceWords } from './replace-words.js';
import { SpokenText } from './spoken-text.js';
import { defaultTextTransforms, type TextTransform } from './text-transform.js';

function spoken(text: string, sizes: readonly number[] = [1000], transforms: readonly TextTransform[] = defaultTextTransforms): string[] {
  const pieces = new SpokenText({ transforms });
  const result: string[] = [];
  for (let at = 0, index = 0; at < text.length; index += 1) {
    const size = sizes[index % sizes.length] ?? 1;
    result.push(...pieces.push(text.slice(at, at + size)));
    at += size;
  }
  return [...result, ...pieces.flush()];
}

const everything: readonly TextTransform[] = ['markdown', 'emoji', 'markup', replaceWords({ Parley: 'par lay', 'Dr.': 'Doctor' })];

describe('S140 what is spoken is the same for pieces of any size', () => {
  const text = `# Welcome to **Parley** 🎉\n\n- *One* is here. __Two. Three.__ See [our. Site](https://x.example/a_(b)).\n---\nPress 5. # is for
help <break time="1.5s"/> and \`npm test\`. ~~Old~~ \`\`\`js\nlet a;\n\`\`\`\nDr. No wrote snake_case, 2*3*4 and *.ts; 很**好**吃。 👨‍👩‍👧 **Open. End`;

  test.each([[[1]], [[2]], [[3]], [[5]], [[7]], [[11]], [[50]], [[1000]]])('%j', (sizes) => {
    expect(spoken(text, sizes, everything)).toEqual(spoken(text, [100_000], everything));
  });

  test('of any text at all', () => {
    const piece = fc.constantFrom(
      '*',
      '**',
      '_',
      '`',
      '~~',
      '[a](b)',
      '# ',
      '- ',
      '\n',
      '. ',
      '! ',
      'word ',
      '🎉',
      '<b>',
      '</b>',
      '<',
      '你好。',
    );
    const sizes = fc.array(fc.integer({ min: 1, max: 11 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), sizes, (parts, chunks) => {
        expect(spoken(parts.join(''), chunks, everything)).toEqual(spoken(parts.join(''), [100_000], everything));
      }),
      { numRuns: 300 },
    );
  });
});

describe('S141 marks that hold sentences together', () => {
  test.each([
    [
      '**This is important. Do not forget it now.** Thanks a lot for this.',
      ['This is important. Do not forget it now.', 'Thanks a lot for this.'],
    ],
    ['It is *not so. It is so.* Thanks a lot for this.', ['It is not so. It is so.', 'Thanks a lot for this.']],
    ['See [the page. It is long](https://x.example). Thanks a lot.', ['See the page. It is long.', 'Thanks a lot.']],
    ['很**好。真的很好吃呀。** 谢谢你们大家。', ['很好。真的很好吃呀。', '谢谢你们大家。']],
  ])('%j', (text, pieces) => {
    for (const size of [1, 3, 1000]) expect(spoken(text, [size])).toEqual(pieces);
  });

  test('are waited for no longer than a line, and no longer than the caller can wait', () => {
    const pieces = new SpokenText({ transforms: ['markdown'] });
    expect(pieces.push('**This is not closed at all.\nThe next ')).toEqual(['**This is not closed at all.']);
    const long = new SpokenText({ transforms: ['markdown'] });
    expect(long.push(`**${'This goes on and on. '.repeat(30)}`).length).toBeGreaterThan(10);
  });

  test.each(['It is 2*3 and x**2 there. ', 'All *.ts and snake_case files. ', 'It has * and _ alone. ', 'A closed **one is here**. '])(
    'a sentence without an open mark waits for nothing: %j',
    (sentence) => {
      expect(new SpokenText({ transforms: ['markdown'] }).push(`${sentence}Then`)).toHaveLength(1);
    },
  );
});

test('S142 a sign at the beginning of a sentence, but not of a line, is no heading and no bullet', () => {
  expect(spoken('Press five for the kitchen. # Is for help.')).toEqual(['Press five for the kitchen.', '# Is for help.']);
  expect(spoken('Press five for the kitchen.\n# Help for everybody')).toEqual(['Press five for the kitchen.', 'Help for everybody']);
});

test('what has no letter and no digit is not spoken', () => {
  expect(spoken('🎉 --- \n\n...')).toEqual([]);
});

describe('S147 words are replaced', () => {
  const replace = replaceWords({
    SQL: 'sequel',
    'New York': 'the city',
    'Dr.': 'Doctor',
    'New York Times': 'the paper',
    $5: 'five $& dollars',
    东京: 'Tokyo',
    'e-mail (*)': 'mail',
  });
  test.each([
    ['We use SQL, "sql"; and (Sql).', 'We use sequel, "sequel"; and (sequel).'],
    ['MySQL and SQLite stay.', 'MySQL and SQLite stay.'],
    ['  SQL\n\tSQL ', '  sequel\n\tsequel '],
    ['new york, New York Times', 'the city, the paper'],
    ['Dr. No', 'Doctor No'],
    ['It is $5!', 'It is five $& dollars!'],
    ['by E-mail (*)!', 'by mail!'],
    ['我在东京都', '我在Tokyo都'],
    ['über SQLß', 'über SQLß'],
  ])('%j is spoken as %j', (written, said) => {
    expect(replace(written)).toBe(said);
  });

  test('by none, if there are none; and by what is no word, never', () => {
    expect(replaceWords({})('as it is')).toBe('as it is');
    expect(() => replaceWords({ ' ': 'x' })).toThrow(/empty/);
    expect(() => void Reflect.apply(replaceWords, undefined, [{ five: 5 }])).toThrow(/"five"/);
  });
});
