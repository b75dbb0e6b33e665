import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { strictSchema } from './strict-schema.js';
import { defineTool } from './tool.js';

const object = (properties: Record<string, object>, required: string[] = Object.keys(properties)) => ({
  type: 'object',
  properties,
  ...(required.length === 0 ? {} : { required }),
  additionalProperties: false,
});

describe('S085 a strict schema', () => {
  test('of a tool without parameters has no properties, and requires none', () => {
    expect(strictSchema({ type: 'object' })).toEqual(object({}));
  });

  test('requires each property, and lets be null what was optional', () => {
    const schema = { type: 'object', properties: { a: { type: 'string' }, b: { type: 'number' } }, required: ['a'] };
    expect(strictSchema(schema)).toEqual(object({ a: { type: 'string' }, b: { type: ['number', 'null'] } }));
  });

  test('lists null among the values of an enum that may be null', () => {
    const schema = {
      type: 'object',
      properties: { a: { type: ['string', 'null'], enum: ['x', 'y'] }, b: { type: 'string', enum: ['z'] } },
      required: ['a'],
    };
    expect(strictSchema(schema)).toEqual(
      object({ a: { type: ['string', 'null'], enum: ['x', 'y', null] }, b: { type: ['string', 'null'], enum: ['z', null] } }),
    );
  });

  test('lets be null what has a default, unless it is a constant, and names no default', () => {
    const properties = { a: { type: 'number', default: 3 }, kind: { type: 'string', const: 'x', default: 'x' } };
    expect(strictSchema({ type: 'object', properties, required: ['a', 'kind'] })).toEqual(
      object({ a: { type: ['number', 'null'] }, kind: { type: 'string', const: 'x' } }),
    );
  });

  test('has anyOf for oneOf at any depth, and keeps the tags of its variants required', () => {
    const shape = z.object({
      pay: z.discriminatedUnion('by', [
        z.object({ by: z.literal('card'), number: z.string() }),
        z.object({
          by: z.literal('cash'),
          change: z.discriminatedUnion('for', [z.object({ for: z.literal('note') }), z.object({ for: z.literal('coin') })]),
        }),
      ]),
    });
    const strict = strictSchema(defineTool({ name: 'buy', description: 'Buys.', parameters: shape, execute: () => '' }).reader.jsonSchema);
    expect(JSON.stringify(strict)).not.toContain('oneOf');
    expect(strict).toMatchObject({
      properties: {
        pay: {
          anyOf: [
            { required: ['by', 'number'], properties: { by: { const: 'card' } } },
            { required: ['by', 'change'], properties: { change: { anyOf: [{ required: ['for'] }, { required: ['for'] }] } } },
          ],
        },
      },
    });
  });

  test('leaves out variants that say nothing, and has a single one stand for itself', () => {
    const schema = { type: 'object', properties: { a: { anyOf: [{}, { type: 'string' }] } }, required: ['a'] };
    expect(strictSchema(schema)).toEqual(object({ a: { type: 'string' } }));
  });

  test('has nothing beside a reference, and strict definitions', () => {
    const schema = {
      type: 'object',
      properties: { a: { $ref: '#/$defs/A', description: 'the a' }, b: { $ref: '#/$defs/A', default: {} } },
      required: ['a'],
      $defs: { A: { type: 'object', properties: { c: { type: 'string' } } } },
    };
    expect(strictSchema(schema)).toEqual({
      ...object({ a: { $ref: '#/$defs/A' }, b: { anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }] } }),
      $defs: { A: object({ c: { type: ['string', 'null'] } }) },
    });
  });
});
