import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { textOf } from '../chat/text-of.js';
import { textCall } from '../testing/text-call.js';
import { Agent } from './agent.js';
import { tool } from './tool.js';
import { toolProxy, toolSearch } from './tool-search.js';

const groups = () => ({
  weather: {
    forecast: tool({
      description: 'The weather of a day.',
      parameters: z.object({ day: z.string() }),
      execute: ({ day }) => `${day}: sunny`,
    }),
    wind: tool({ description: 'How strong the wind blows.', execute: () => 'calm' }),
  },
  orders: { cancel: tool({ description: 'Cancels an order.', execute: () => 'cancelled' }) },
});
const call = (name: string, args: object) => ({ name, argumentsJson: JSON.stringify(args) });

describe('S093 a search for tools', () => {
  test('is one tool at first; a hit offers the whole group, once', async () => {
    const agent = new Agent({ instructions: 'a', tools: toolSearch(groups()) });
    const names = () => agent.tools.map(({ name }) => name);
    expect(names()).toEqual(['search_tools']);
    await using running = await textCall({
      agent,
      llm: [
        { input: 'weather?', toolCalls: [call('search_tools', { query: 'weather today' })] },
        { input: 'These can be called now: forecast, wind.', toolCalls: [call('forecast', { day: 'Monday' })] },
        { input: 'Monday: sunny', output: 'sunny on Monday' },
        { input: 'nonsense?', toolCalls: [call('search_tools', { query: 'zzz' })] },
        { input: 'No tool was found. Try other words.', output: 'nothing' },
      ],
    });
    (await running.run('weather?')).expect.at(-1).isMessage({ text: 'sunny on Monday' });
    expect(names()).toEqual(['search_tools', 'forecast', 'wind']);
    await running.run('nonsense?');
    expect(names()).toEqual(['search_tools', 'forecast', 'wind']);
    await running.close();
  });

  test('whose tools have a name of the session’s or the agent’s is refused before the call, not in its midst', async () => {
    const book = tool({ description: '', execute: () => '' });
    const agent = () => new Agent({ instructions: '', label: 'desk', tools: toolSearch({ some: { book } }) });
    await expect(textCall({ agent: agent(), options: { tools: { book } } })).rejects.toThrow('two tools have the name "book"');
    await using call = await textCall({ agent: new Agent({ instructions: '' }), options: { tools: { book } } });
    await expect(call.session.updateAgent(agent())).rejects.toThrow('two tools have the name "book"');
  });

  test('by proxy is two tools always: it gives whole schemas, and calls what is named', async () => {
    const agent = new Agent({ instructions: 'a', tools: toolProxy(groups()) });
    const asked = [
      call('search_tools', { query: 'wind' }),
      call('search_tools', { query: '' }),
      call('search_tools', { query: 'zzz' }),
      call('call_tool', { name: 'forecast', arguments: { day: 'Monday' } }),
      call('call_tool', { name: 'wind' }),
      call('call_tool', { name: 'storm' }),
      call('call_tool', { name: 'forecast', arguments: {} }),
      call('call_tool', { name: 'forecast', arguments: { day: 1 } }),
    ];
    await using running = await textCall({
      agent,
      options: { maxToolSteps: 1 },
      llm: [
        { input: 'go', toolCalls: asked },
        { input: 'The arguments of forecast are wrong: day: Invalid input: expected string, received number.', output: 'done' },
      ],
    });
    const result = await running.run('go');
    const outputs = result.items.flatMap((item) =>
      item.type === 'tool-output' ? [`${item.isError ? 'error: ' : ''}${textOf(item.content)}`] : [],
    );
    expect(JSON.parse(outputs[0] ?? '')).toEqual([
      {
        name: 'wind',
        description: 'How strong the wind blows.',
        parameters: { type: 'object', properties: {}, additionalProperties: false },
      },
    ]);
    expect(outputs.slice(1, 6)).toEqual([
      'error: No tool was found. Try other words.',
      'error: No tool was found. Try other words.',
      'Monday: sunny',
      'calm',
      'error: There is no tool "storm". Look for one with search_tools.',
    ]);
    expect(outputs[6]).toMatch(/^error: The arguments of forecast are wrong: day: /);
    expect(outputs[7]).toMatch(/^error: The arguments of forecast are wrong: day: /);
    await running.close();
    expect(agent.tools.map(({ name }) => name)).toEqual(['search_tools', 'call_tool']);
  });
});
