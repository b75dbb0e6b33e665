import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { parseArguments } from './parse-arguments.js';
import type { ToolSchema } from './standard-schema.js';
import { defineTool, toolSpecification } from './tool.js';
import type { OnDuplicate } from '../provider/tool-marks.js';

const parameters = {
  type: 'object',
  properties: {
    day: { type: 'string' },
    guests: { type: 'integer', default: 2 },
    note: { type: ['string', 'null'], default: 'none' },
    place: { type: 'object', properties: { room: { type: 'string', default: 'main' } } },
    extras: { type: 'array', items: { $ref: '#/$defs/extra' } },
  },
  $defs: { extra: { type: 'object', properties: { count: { anyOf: [{ type: 'integer' }], default: 1 } } } },
} as const;

const book = (schema?: ToolSchema, onDuplicate?: OnDuplicate) =>
  defineTool({ name: 'book', description: 'Books.', parameters: schema, onDuplicate, execute: () => '' });
const parse = (text: string) => parseArguments(book(parameters), text);

describe('S084: the text of the arguments', () => {
  test('is rewritten as JSON if it had to be repaired', () => {
    expect(parse("{'day': 'Monday',}")).toMatchObject({ argumentsJson: '{"day":"Monday"}' });
  });

  test('is rewritten even if the tool then refuses them', async () => {
    const tool = book(z.object({ day: z.number() }));
    const parsed = parseArguments(tool, "{day:'Monday'}");
    expect(parsed.argumentsJson).toBe('{"day":"Monday"}');
    expect(await tool.reader.read('value' in parsed ? parsed.value : undefined)).toHaveProperty('problems');
  });

  test('stays as it is if it is JSON, template tokens in it included', () => {
    const text = '{ "day" : "<|x|>" }';
    expect(parse(text)).toMatchObject({ argumentsJson: text, value: { day: '<|x|>' } });
  });

  test.each(['null', '{}', '', '  '])('%j means no arguments', (text) => {
    expect(parse(text)).toMatchObject({ argumentsJson: '{}', value: {} });
  });

  test.each(['[1]', '7', '"Monday"', '{"day"}', 'on Monday', '['.repeat(100_000) + ']'.repeat(100_000)])('%.20j is a problem', (text) => {
    expect(parse(text)).toMatchObject({ argumentsJson: text, problem: expect.stringContaining('arguments of book') });
  });
});

describe('S084: null where the schema has a default and takes no null', () => {
  test('means the default, at any depth', () => {
    expect(parse('{"guests":null,"place":{"room":null},"extras":[{"count":null}]}')).toMatchObject({
      value: { guests: 2, place: { room: 'main' }, extras: [{ count: 1 }] },
    });
  });

  test('stays null where the schema takes it, or has no default', () => {
    expect(parse('{"note":null,"day":null}')).toMatchObject({ value: { note: null, day: null } });
  });

  test('is left to the default of a schema library', async () => {
    const tool = book(z.object({ guests: z.number().default(2), place: z.object({ room: z.string().default('main') }) }));
    const parsed = parseArguments(tool, '{"guests":null,"place":{"room":null}}');
    expect(await tool.reader.read('value' in parsed ? parsed.value : undefined)).toEqual({
      value: { guests: 2, place: { room: 'main' } },
    });
  });
});

describe('S087: calls with the same arguments have the same key', () => {
  test.each([
    ['another order', '{"day":"Monday","guests":3}', '{"guests":3,"day":"Monday"}'],
    ['a default left out', '{"day":"Monday"}', '{"guests":2,"day":"Monday"}'],
    ['null for a default', '{"guests":null}', '{"guests":2}'],
    ['1 and 1.0', '{"guests":1}', '{"guests":1.0}'],
    ['something to repair', '{"guests":1}', '{guests:1'],
  ])('%s', (_what, one, other) => {
    expect(parse(one).key).toBe(parse(other).key);
  });

  test('and others another one', () => {
    expect(parse('{"day":"Monday"}').key).not.toBe(parse('{"day":"Tuesday"}').key);
  });

  test('the confirmation is no argument: neither the key nor the tool knows of it', () => {
    const tool = book(z.strictObject({ day: z.string() }), 'confirm');
    const plain = parseArguments(tool, '{"day":"Monday"}');
    const confirmed = parseArguments(tool, '{"day":"Monday","confirm_duplicate":true}');
    expect([plain.isConfirmed, confirmed.isConfirmed]).toEqual([false, true]);
    expect([confirmed.key, confirmed]).toEqual([plain.key, expect.objectContaining({ value: { day: 'Monday' } })]);
    expect(toolSpecification(tool).parameters).toMatchObject({ properties: { confirm_duplicate: { type: 'boolean' } }, required: ['day'] });
  });
});

test.each([
  [{ timeoutMs: 0 }, /timeoutMs must be/],
  [{ onDuplicate: 'later' }, /onDuplicate must be/],
  [{ background: 'yes' }, /background must be/],
  [{ onDuplicate: 'confirm', parameters: { type: 'object', properties: { confirm_duplicate: {} } } }, /"confirm_duplicate" is taken/],
])('a wrong mark is refused, by name: %j', (marks, message) => {
  const make = (): unknown => Reflect.apply(defineTool, undefined, [{ name: 'book', description: '', execute: () => '', ...marks }]);
  expect(make).toThrow(message);
});
