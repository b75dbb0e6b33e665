import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { memoryIO } from '../call-io/memory-io.js';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { inShort } from '../chat/in-short.js';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

/** The three flows of the framework, as somebody who writes an application with it sees them. */

class FrontDesk extends Agent {
  constructor() {
    const book = tool({
      description: 'Books a table.',
      parameters: z.object({ people: z.number() }),
      execute: async ({ people }, context) => {
        await context.waitForPlayout();
        return `a table for ${people} is booked`;
      },
    });
    super({ instructions: 'You answer the phone of a restaurant.', tools: { book } });
  }

  override onEnter(): void {
    this.session.say('Good evening.');
  }
}

describe('application start', () => {
  test('an agent and a session are built without a connection, a key or a timer; what is wrong is said at once, by its name', () => {
    const clock = new VirtualClock();
    const problems = new ScriptProblems();
    const llm = createScriptedLLM([], problems);
    const agent = new FrontDesk();
    const session = new AgentSession({ clock, llm, vad: createScriptedVAD(), stt: createScriptedSTT([]) });
    expect(agent.tools.map(({ name }) => name)).toEqual(['book']);
    expect([session.agentState, session.agent, session.history.items]).toEqual(['initializing', undefined, []]);
    expect(() => session.say('hello')).toThrow('say: the session has not been started: await session.start({ agent }) first');
    expect(() => new AgentSession({ turnDetection: 'vad', vad: null })).toThrow(/"turnDetection" is "vad", but option "vad" is null/);
    expect(clock.pendingTimers).toBe(0);
    problems.assertNone();
  });
});

describe('session start', () => {
  test('joins the agent to the ends of the call: it listens, greets, and tells all of it as events in order', async () => {
    const clock = new VirtualClock();
    const problems = new ScriptProblems();
    const tts = createScriptedTTS([{ text: 'Good evening.', audioMs: 1000 }], problems);
    const session = new AgentSession({ clock, tts, vad: createScriptedVAD(), stt: createScriptedSTT([]) });
    const told: string[] = [];
    session.on('agent-state-changed', ({ newState, createdAt }) => told.push(`${createdAt} ${newState}`));
    session.on('speech-created', ({ source }) => told.push(source));
    session.on('conversation-item-added', ({ item }) => told.push(inShort(item)));
    session.once('close', ({ reason }) => told.push(`close: ${reason}`));
    const agent = new FrontDesk();
    await clock.runUntil(session.start({ agent, io: memoryIO({ clock, sampleRate: 24_000 }) }));
    expect([session.agent, agent.session]).toEqual([agent, session]);
    await clock.runUntil(session.drain());
    expect(told).toEqual([
      'handoff: FrontDesk',
      '0 listening',
      'say',
      '200 speaking',
      'assistant: Good evening.',
      '1200 listening',
      'close: drained',
    ]);
    await expect(session.start({ agent: new FrontDesk() })).rejects.toThrow(/started once/);
    problems.assertNone();
    clock.assertIdle();
  });
});

describe('tool call', () => {
  test('what the caller says becomes a call with checked arguments, its result the model’s next input, and the answer is spoken', async () => {
    const { session, events, played, history } = await scenario({
      agent: new FrontDesk(),
      user: [{ startMs: 2000, endMs: 4000, text: 'a table for two' }],
      llm: [
        { input: 'a table for two', output: 'One moment.', toolCalls: [{ name: 'book', argumentsJson: '{"people":2}' }] },
        { input: 'a table for 2 is booked', output: 'It is booked.' },
      ],
      tts: [
        { text: 'Good evening.', audioMs: 1000 },
        { text: 'One moment.', audioMs: 500 },
        { text: 'It is booked.', audioMs: 1000 },
      ],
      durationMs: 12_000,
    });
    expect(history).toEqual([
      'assistant: Good evening.',
      'user: a table for two',
      'assistant: One moment.',
      'call: book {"people":2}',
      'output: a table for 2 is booked',
      'assistant: It is booked.',
    ]);
    const updates = events.flatMap(({ atMs, event }) => (event.type === 'tool-updated' ? [`${atMs} ${event.name} ${event.status}`] : []));
    const executed = events.flatMap(({ event }) => (event.type === 'tools-executed' ? event.calls : []));
    // The tool begins with the call, and waits until "One moment." was heard: the end of the turn at 4500, the LLM's 300 ms, the TTS's 200.
    expect(updates).toEqual(['4800 book started', '5500 book ended']);
    expect(executed).toMatchObject([{ name: 'book', output: 'a table for 2 is booked', isError: false, startedAt: 4800, endedAt: 5500 }]);
    expect(played.map(({ startedMs, complete }) => [startedMs, complete])).toEqual([
      [200, true],
      [5000, true],
      [6000, true],
    ]);
    expect(session.history.ofType('tool-output')).toHaveLength(1);
  });
});
