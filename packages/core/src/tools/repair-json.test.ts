import { describe, expect, test } from 'vitest';
import { repairJson } from './repair-json.js';

describe('S084: arguments that are almost JSON are read as what they mean', () => {
  test.each([
    ['a trailing comma', '{"a":1,}', { a: 1 }],
    ['a trailing comma in a list', '{"a":[1,2,],}', { a: [1, 2] }],
    ['a missing comma', '{"a":1 "b":2}', { a: 1, b: 2 }],
    ['missing commas between plain ones', '{a:true b:2}', { a: true, b: 2 }],
    ['a missing comma after a text', '{"a":"x" "b":2}', { a: 'x', b: 2 }],
    ['single quotes', "{'a':'it'}", { a: 'it' }],
    ['an apostrophe in single quotes', "{'a':'it's late'}", { a: "it's late" }],
    ['quotes that should have been escaped', '{"a":"say "hi" now"}', { a: 'say "hi" now' }],
    ['typographic quotes', '{“a”:“b”}', { a: 'b' }],
    ['keys without quotes', '{a:1,b_c:"d"}', { a: 1, b_c: 'd' }],
    ['texts without quotes', '{"day":next Monday,"n":2}', { day: 'next Monday', n: 2 }],
    ['a missing closer', '{"a":{"b":[1,2', { a: { b: [1, 2] } }],
    ['an unfinished text', '{"a":"Mon', { a: 'Mon' }],
    ['missing braces', '"a":1,"b":2', { a: 1, b: 2 }],
    ['a code fence', '```json\n{"a":1}\n```', { a: 1 }],
    ['a code fence around a fault', '```\n{"a":"b",}\n```', { a: 'b' }],
    ['words around it', 'Here you are: {"a":1} as asked', { a: 1 }],
    ['a template token at the end', '{"a":1}<|im_end|>', { a: 1 }],
    ['template tokens in it', '{"a":<|"|>b<|"|>}', { a: 'b' }],
    ['literals of Python', "{'a':True,'b':None,'c':False}", { a: true, b: null, c: false }],
    ['a line break in a text', '{"a":"one\ntwo"}', { a: 'one\ntwo' }],
    ['an escape that JSON lacks', String.raw`{"a":"it\'s","b":"\u00e9","c":"\uzz"}`, { a: "it's", b: 'é', c: 'uzz' }],
    ['comments', '{"a":1, // one\n/* two */"b":-2.5e3}', { a: 1, b: -2500 }],
  ])('%s', (_fault, text, value) => {
    expect(repairJson(text)).toEqual({ value });
  });

  test('a key that means something to JavaScript is a key like any other', () => {
    const value = repairJson('{__proto__:{"a":1},}')?.value ?? {};
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(Reflect.get({}, 'a')).toBeUndefined();
  });

  test.each([
    ['words', 'I would rather not'],
    ['nothing', ''],
    ['a key without a value', '{"a"}'],
    ['a value that is missing', '{"a":}'],
    ['nesting without end', '['.repeat(1000)],
  ])('and not guessed at where it cannot be told: %s', (_what, text) => {
    expect(repairJson(text)).toBeUndefined();
  });
});
