import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Agent, AgentSession, functionTool, handoff, type RunContext, tool, ToolError, toolSearch } from '../index.js';
import { createScriptedToolset, textCall } from './index.js';

// The examples of docs/tools.md, in its order. The last test holds the two together.

const hours: Readonly<Record<string, string>> = { monday: '17 to 22', friday: '17 to 24' };
const tables = { free: async (_people: number) => true, book: async (_people: number, _key: string) => 'table 4' };

const openingHours = tool({
  description: 'When the restaurant is open on a day of the week.',
  parameters: z.object({ day: z.string() }),
  execute: ({ day }) => hours[day.toLowerCase()] ?? 'Closed.',
});

class FrontDesk extends Agent {
  constructor() {
    super({ instructions: 'You answer the phone of a restaurant.', tools: { openingHours } });
  }

  @functionTool({ description: 'Books a table.', parameters: z.object({ people: z.number() }) })
  async book({ people }: { readonly people: number }, context: RunContext): Promise<string> {
    if (people > 12) throw new ToolError('At most twelve people.');
    if (!(await tables.free(people))) throw new ToolError('No table is free.');
    return tables.book(people, context.toolCallId);
  }
}

const pay = tool({
  description: 'Charges the card of the caller.',
  parameters: z.object({ euros: z.number() }),
  irreversible: true,
  uninterruptible: true,
  onDuplicate: 'reject',
  timeoutMs: 20_000,
  execute: async ({ euros }) => `charged ${euros}`,
});

const searchFlights = tool({
  description: 'Searches flights; takes a while.',
  parameters: z.object({ to: z.string() }),
  execute: async ({ to }, context) => {
    context.update(`Searching flights to ${to}.`);
    const flights = await search(to, context.signal);
    return flights;
  },
});

const lookUp = tool({
  description: 'Looks up the order of the caller.',
  execute: async (_args, context) => {
    using _filler = context.filler('One moment, please.', { delayMs: 1500 });
    return await orders.find(context.signal);
  },
});

const transfer = tool({
  description: 'Connects the caller with the manager.',
  execute: () => handoff({ agent: new Agent({ instructions: 'You are the manager.', label: 'manager' }), result: 'connecting' }),
});

const search = async (to: string, _signal: AbortSignal) => `LH 400 to ${to}`;
const orders = { find: async (_signal: AbortSignal) => 'two pizzas' };

test('tools of an agent, an error that the model reads, a hand-off', async () => {
  await using call = await textCall({
    agent: new FrontDesk(),
    llm: [
      { input: 'friday?', toolCalls: [{ name: 'openingHours', argumentsJson: '{"day":"Friday"}' }] },
      { input: '17 to 24', output: 'Until midnight.' },
      { input: 'thirteen', toolCalls: [{ name: 'book', argumentsJson: '{"people":13}' }] },
      { input: 'At most twelve people.', output: 'That is too many.' },
    ],
  });
  (await call.run('friday?')).expect.containsMessage({ text: 'Until midnight.' });
  (await call.run('thirteen')).expect.containsToolOutput({ name: 'book', output: 'At most twelve people.', isError: true });
});

test('marks, reports, fillers and hand-overs are tools like others', async () => {
  const agent = new Agent({ instructions: 'You help.', tools: { pay, searchFlights, lookUp, transfer } });
  await using call = await textCall({
    agent,
    llm: [
      { input: 'pay', toolCalls: [{ name: 'pay', argumentsJson: '{"euros":10}' }] },
      { input: 'charged 10', output: 'Paid.' },
      { input: 'fly', toolCalls: [{ name: 'searchFlights', argumentsJson: '{"to":"Rome"}' }] },
      { input: 'LH 400 to Rome', output: 'There is LH 400.' },
      { input: 'Searching flights to Rome.\n(Still running. The result will follow; do not guess it.)', output: 'I am searching.' },
      { input: 'order', toolCalls: [{ name: 'lookUp' }] },
      { input: 'two pizzas', output: 'Two pizzas.' },
      { input: 'manager', toolCalls: [{ name: 'transfer' }] },
    ],
  });
  (await call.run('pay')).expect.containsMessage({ text: 'Paid.' });
  (await call.run('fly')).expect.containsMessage({ text: 'There is LH 400.' });
  (await call.run('order')).expect.containsMessage({ text: 'Two pizzas.' });
  (await call.run('manager')).expect.containsHandoff({ to: 'manager' });
});

test('toolsets and a search for tools', async () => {
  const server = createScriptedToolset([{ name: 'weather', output: 'sunny' }]);
  const session = new AgentSession({ mcpServers: [server] });
  await session.close();
  const many = new Agent({
    instructions: 'You help with everything.',
    tools: toolSearch({ booking: { openingHours, pay }, travel: { searchFlights } }),
  });
  expect(many.tools.map(({ name }) => name)).toEqual(['search_tools']);
});

test('every example of the guide stands in this file', async () => {
  const [guide, source] = await Promise.all(
    ['../../../../docs/tools.md', './tools-guide.test.ts'].map((path) => readFile(new URL(path, import.meta.url), 'utf8')),
  );
  const blocks = [...(guide ?? '').matchAll(/```ts\n(.*?)```/gsu)].map(([, code = '']) => code);
  expect(blocks.length).toBeGreaterThan(4);
  const words = (code: string) => code.replaceAll(/\s+/gu, ' ').trim();
  for (const block of blocks) {
    const code = block
      .split('\n')
      .filter((line) => !line.startsWith('import '))
      .join('\n');
    expect(words(source ?? '')).toContain(words(code));
  }
});
