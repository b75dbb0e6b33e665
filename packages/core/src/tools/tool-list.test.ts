import { describe, expect, test } from 'vitest';
import { defineTool, type Tool } from './tool.js';
import { toolList } from './tool-list.js';

const made = (name?: string): Tool<unknown> => defineTool<undefined, unknown>({ name, description: 'Does it.', execute: () => 'done' });
/** What plain JavaScript might give: looks like one, and is none. */
const noTool = { ...made('fake') };
Reflect.deleteProperty(noTool, Symbol.for('parley.tool'));

test('a tool without a name takes that of its key; one with a name keeps it', () => {
  const tools = toolList({ openingHours: made(), weather: made('get_weather') });
  expect(tools.map((tool) => tool.name)).toEqual(['openingHours', 'get_weather']);
  expect(tools.map((tool) => tool.execute({}, undefined))).toEqual(['done', 'done']);
});

test('lists, objects and nothing are joined in order', () => {
  expect(toolList([made('one')], undefined, { two: made() }, [made('three')]).map((tool) => tool.name)).toEqual(['one', 'two', 'three']);
  expect(toolList()).toEqual([]);
});

test('the list is a new one, and the tools given are left as they were', () => {
  const tool = made();
  const [named] = toolList({ named: tool });
  expect([tool.name, named?.name]).toEqual(['', 'named']);
});

describe('what is wrong names the culprit', () => {
  test.each([
    ['something that is no tool', () => toolList({ weather: noTool }), 'tools: "weather" is not a tool; make it with tool('],
    ['something that is no tool in a list', () => toolList([made('one'), noTool]), 'tools: "[1]" is not a tool'],
    ['a tool without a name in a list', () => toolList([made('one'), made()]), 'tools[1] has no name'],
    ['two of one name', () => toolList({ a: made('look_up'), b: made('look_up') }), 'two tools have the name "look_up"'],
    ['two of one name in two places', () => toolList([made('look_up')], { look_up: made() }), 'two tools have the name "look_up"'],
    ['a key that cannot be a name', () => toolList({ 'look up': made() }), 'tool "look up": a name has'],
  ])('%s', (_what, act, message) => {
    expect(act).toThrow(TypeError);
    expect(act).toThrow(message);
  });
});
