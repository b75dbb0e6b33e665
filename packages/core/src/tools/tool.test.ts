import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { checkToolName, defineTool, isTool, type ToolOptions, toolSpecification } from './tool.js';

const good: ToolOptions<undefined, unknown> = { name: 'opening_hours', description: 'When it is open.', execute: () => 'always' };
/** Options as plain JavaScript would give them. */
const wrong = (changes: object): ToolOptions<undefined, unknown> => Object.assign({ ...good }, changes);

test('a tool keeps what it was made from, and runs', () => {
  const tool = defineTool({
    ...good,
    parameters: { type: 'object', properties: { day: { type: 'string' } } },
    irreversible: true,
    autoRetry: false,
    execute: (args: Record<string, unknown>, context: string) => [args, context],
  });
  expect(tool).toMatchObject({ name: 'opening_hours', irreversible: true, uninterruptible: undefined, autoRetry: false });
  expect(tool.execute({ day: 'Monday' }, 'context')).toEqual([{ day: 'Monday' }, 'context']);
  expect(toolSpecification(tool)).toEqual({
    name: 'opening_hours',
    description: 'When it is open.',
    parameters: { type: 'object', properties: { day: { type: 'string' } } },
  });
});

test('without parameters it tells the model that it takes none', () => {
  expect(toolSpecification(defineTool(good)).parameters).toEqual({ type: 'object', properties: {}, additionalProperties: false });
});

describe('what is wrong is refused at once, and the tool is named', () => {
  test.each([
    ['a missing execute', { execute: undefined }, 'tool "opening_hours": execute must be a function'],
    ['a missing description', { description: undefined }, 'tool "opening_hours": description must be a text'],
    ['a missing description of a tool without a name', { name: undefined, description: 3 }, 'tool "(unnamed)": description'],
    ['a name with a blank', { name: 'opening hours' }, 'tool "opening hours": a name has 1 to 64 letters'],
    ['parameters that are no schema', { parameters: 'day' }, 'tool "opening_hours": parameters must be a schema of an object, not string'],
    ['parameters that are null', { parameters: null }, 'tool "opening_hours": parameters must be a schema of an object, not null'],
    ['a schema of a list', { parameters: { type: 'array' } }, 'tool "opening_hours": its parameters must describe an object'],
    ['a list in place of a schema', { parameters: [] }, 'tool "opening_hours": its parameters must describe an object'],
  ])('%s', (_what, changes, message) => {
    expect(() => defineTool(wrong(changes))).toThrow(TypeError);
    expect(() => defineTool(wrong(changes))).toThrow(message);
  });
});

describe('names', () => {
  test.each(['a', 'get_weather', 'get-weather-2', 'A'.repeat(64)])('%s is one that vendors take', (name) => {
    expect(() => checkToolName(name)).not.toThrow();
  });

  test.each(['', 'get weather', 'wetter_für', 'a.b', 'A'.repeat(65), 'a\n'])('%j is not', (name) => {
    expect(() => checkToolName(name)).toThrow(`tool "${name}"`);
  });
});

test('a tool of another installed copy is one', () => {
  const other: unknown = runInNewContext(`({ [Symbol.for('parley.tool')]: true })`);
  expect([defineTool(good), other, {}, null, undefined, 'tool', () => {}].map(isTool)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
