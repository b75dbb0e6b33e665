import type { StandardSchemaV1 } from '@standard-schema/spec';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { argumentsReader } from './standard-schema.js';

describe('a zod schema', () => {
  const reader = argumentsReader(
    z.object({
      day: z.string().describe('Day of the week.'),
      guests: z.number().int().min(1).default(2),
      seat: z.object({ kind: z.enum(['inside', 'outside']) }).optional(),
    }),
    'book_table',
  );

  test('tells the model what it takes, without what only a validator wants to know', () => {
    expect(reader.jsonSchema).toMatchObject({
      type: 'object',
      properties: {
        day: { type: 'string', description: 'Day of the week.' },
        seat: { properties: { kind: { enum: ['inside', 'outside'] } } },
      },
      // A field with a default may be left out.
      required: ['day'],
    });
    expect(reader.jsonSchema).not.toHaveProperty('$schema');
  });

  test('gives the value as the schema makes it', async () => {
    expect(await reader.read({ day: 'Monday', extra: 1 })).toEqual({ value: { day: 'Monday', guests: 2 } });
  });

  test('names each field that is wrong, nested ones with their path', async () => {
    const result = await reader.read({ guests: 0, seat: { kind: 'roof' } });
    expect(result).toEqual({
      problems: [expect.stringMatching(/^day: .+/), expect.stringMatching(/^guests: .+/), expect.stringMatching(/^seat\.kind: .+/)],
    });
  });

  test('may validate in its own time', async () => {
    const slow = argumentsReader(
      z.object({ day: z.string() }).refine(async ({ day }) => day !== 'Monday', { message: 'closed that day' }),
      'book_table',
    );
    expect(await slow.read({ day: 'Monday' })).toEqual({ problems: ['closed that day'] });
    expect(await slow.read({ day: 'Tuesday' })).toEqual({ value: { day: 'Tuesday' } });
  });

  test('of something else than an object is refused, and the tool is named', () => {
    expect(() => argumentsReader(z.string(), 'book_table')).toThrow('tool "book_table": its parameters must describe an object');
  });

  test('that JSON Schema cannot express is refused, and the tool and the reason are named', () => {
    expect(() => argumentsReader(z.object({ at: z.date() }), 'book_table')).toThrow(
      'tool "book_table": its parameters cannot be told to a model as JSON Schema: Date cannot be represented in JSON Schema',
    );
  });
});

describe('another library’s schema', () => {
  const standard = (extra: object): StandardSchemaV1 => ({
    '~standard': { version: 1, vendor: 'other', validate: (value) => ({ value }), ...extra },
  });

  test('is taken if it can say what it takes', async () => {
    const targets: unknown[] = [];
    const jsonSchema = {
      input: (options: unknown) => {
        targets.push(options);
        return { type: 'object', properties: {} };
      },
    };
    const reader = argumentsReader(standard({ jsonSchema }), 'find');
    expect(reader.jsonSchema).toEqual({ type: 'object', properties: {} });
    expect(targets).toEqual([{ target: 'draft-2020-12' }]);
    expect(await reader.read({ a: 1 })).toEqual({ value: { a: 1 } });
  });

  test('may be a function', () => {
    const schema = Object.assign(() => {}, standard({ jsonSchema: { input: () => ({ type: 'object' }) } }));
    expect(argumentsReader(schema, 'find').jsonSchema).toEqual({ type: 'object' });
  });

  test('is refused if it cannot, with what to do about it', () => {
    expect(() => argumentsReader(standard({}), 'find')).toThrow(
      'tool "find": its schema (vendor "other") cannot say what it takes as JSON Schema; use zod 4.2 or later',
    );
  });

  test('tells of problems without a path, and with paths of any shape', async () => {
    const issues = [{ message: 'all wrong' }, { message: 'too short', path: ['list', 0, { key: 'name' }] }];
    const reader = argumentsReader(standard({ jsonSchema: { input: () => ({ type: 'object' }) }, validate: () => ({ issues }) }), 'find');
    expect(await reader.read({})).toEqual({ problems: ['all wrong', 'list.0.name: too short'] });
  });
});

describe('plain JSON Schema', () => {
  const reader = argumentsReader(
    { $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object', required: ['day', 'toString'], properties: {} },
    'find',
  );

  test('is told to the model as it is', () => {
    expect(reader.jsonSchema).toEqual({ type: 'object', required: ['day', 'toString'], properties: {} });
  });

  test('has its required fields checked, also those that every object seems to have', async () => {
    expect(await reader.read({ day: 'Monday' })).toEqual({ problems: ['toString: required'] });
    expect(await reader.read({ day: 'Monday', toString: 'x', more: 1 })).toEqual({ value: { day: 'Monday', toString: 'x', more: 1 } });
  });
});

test('without a schema whatever the model wrote is left out', async () => {
  expect(await argumentsReader(undefined, 'find').read({ more: 1 })).toEqual({ value: {} });
});
