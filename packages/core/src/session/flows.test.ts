import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { memoryIO } from '../call-io/memory-io.js';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { inShort } from '../chat/in-short.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import type { ParleyPlugin, PluginKind } from '../provider/plugin.js';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedToolset } from '../testing/scripted-toolset.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';
import { registerProvider } from './registered-plugins.js';

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

/** A vendor's package, as an application registers it; notes what is made of it, and what is closed. */
function vendor(problems: ScriptProblems) {
  const log: string[] = [];
  const kind = <Model extends { readonly kind: string }>(make: () => Model): PluginKind<Model> => ({
    models: [],
    defaultModel: 'standard',
    create: ({ name, variant = 'any' }) => {
      const model = make();
      log.push(`made ${model.kind} ${name} ${variant}`);
      return { ...model, close: async () => void log.push(`closed ${model.kind}`) };
    },
  });
  const plugin: ParleyPlugin = {
    specificationVersions: [1],
    provider: 'flow',
    displayName: 'Flow',
    environment: [],
    kinds: {
      stt: kind(() => createScriptedSTT([])),
      vad: kind(() => createScriptedVAD()),
      llm: kind(() => createScriptedLLM([], problems)),
      tts: kind(() => createScriptedTTS([{ text: 'Good evening.', audioMs: 1000 }], problems)),
    },
  };
  return { plugin, log };
}
const models = { stt: 'flow/ear:de', vad: 'flow', llm: 'flow/mind', tts: 'flow/voice:Anna' } as const;

describe('application start', () => {
  test('plugins, an agent and a session are put together without a connection, a key or a timer; what is wrong is said at once, by its name', () => {
    const clock = new VirtualClock();
    const problems = new ScriptProblems();
    const { plugin, log } = vendor(problems);
    const toolset = createScriptedToolset([{ name: 'weather' }]);
    registerProvider(plugin);
    const agent = new FrontDesk();
    const session = new AgentSession({ clock, ...models, mcpServers: [toolset], userData: { caller: 'unknown' } });
    expect(agent.tools.map(({ name }) => name)).toEqual(['book']);
    expect([session.agentState, session.agent, session.history.items]).toEqual(['initializing', undefined, []]);
    expect([log, toolset.connections, clock.pendingTimers]).toEqual([[], 0, 0]);

    expect(() => session.say('hello')).toThrow('say: the session has not been started: await session.start({ agent }) first');
    expect(() => new AgentSession({ turnDetection: 'vad', vad: null })).toThrow(/"turnDetection" is "vad", but option "vad" is null/);
    expect(() => new AgentSession({ llm: 'GPT 4' })).toThrow(/option "llm" is "GPT 4"; it must be a provider of kind "llm", or a string/);
    expect(() => new Agent({ instructions: '', minEndpointingDelayMs: -1 })).toThrow(/option "minEndpointingDelayMs" is -1/);
    problems.assertNone();
  });

  test('a model that cannot be had is named when the session starts, with what to do; once it is there the same session starts', async () => {
    const clock = new VirtualClock();
    const session = new AgentSession({ clock, llm: 'flow-later/mind' });
    await expect(clock.runUntil(session.start({ agent: new FrontDesk() }))).rejects.toThrow(
      /option "llm".*npm install @parley\/flow-later/s,
    );
    registerProvider({ ...vendor(new ScriptProblems()).plugin, provider: 'flow-later' });
    await clock.runUntil(session.start({ agent: new FrontDesk() }));
    expect(session.agentState).toBe('listening');
    await clock.runUntil(session.close());
    clock.assertIdle();
  });
});

describe('session start', () => {
  test('makes the models, connects the toolsets, joins the agent to the ends of the call; it listens, greets, and leaves all closed', async () => {
    const clock = new VirtualClock();
    const problems = new ScriptProblems();
    const { plugin, log } = vendor(problems);
    registerProvider(plugin);
    const toolset = createScriptedToolset([{ name: 'weather' }]);
    const session = new AgentSession({ clock, ...models, mcpServers: [toolset] });
    session.on('agent-state-changed', ({ newState, createdAt }) => log.push(`${createdAt} ${newState}`));
    session.on('speech-created', ({ source }) => log.push(source));
    session.on('conversation-item-added', ({ item }) => log.push(inShort(item)));
    session.once('close', ({ reason }) => log.push(`close: ${reason}`));
    class Host extends FrontDesk {
      override onEnter(): void {
        log.push(`enters, with ${toolset.openCount} toolset and audio ${session.io.audioOutput === undefined ? 'down' : 'up'}`);
        super.onEnter();
      }

      override onExit(): void {
        log.push('leaves');
      }
    }
    const agent = new Host();
    const shown: string[] = [];
    const transcriptOutput: TranscriptOutput = {
      write: ({ text, final }) => void (final && shown.push(text)),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    await clock.runUntil(session.start({ agent, io: { ...memoryIO({ clock, sampleRate: 24_000 }), transcriptOutput } }));
    expect([session.agent, agent.session]).toEqual([agent, session]);
    await clock.runUntil(session.drain());
    expect(log).toEqual([
      'made stt ear de',
      'made vad standard any',
      'made llm mind any',
      'made tts voice Anna',
      'handoff: Host',
      '0 listening',
      'enters, with 1 toolset and audio up',
      'say',
      '200 speaking',
      'assistant: Good evening.',
      '1200 listening',
      'leaves',
      'closed stt',
      'closed vad',
      'closed llm',
      'closed tts',
      'close: drained',
    ]);
    expect([shown, toolset.openCount]).toEqual([['Good evening.'], 0]);
    await expect(session.start({ agent: new FrontDesk() })).rejects.toThrow(/started once/);
    problems.assertNone();
    clock.assertIdle();
  });
});

describe('tool call', () => {
  test('arguments that do not fit are told the model, which calls again; the tool knows the call, and the session’s data', async () => {
    const seen: unknown[] = [];
    const book = tool({
      description: 'Books a table.',
      parameters: z.object({ people: z.number() }),
      execute: ({ people }, { toolCallId, userData, signal, speechHandle }) => {
        seen.push([toolCallId, people, userData, signal.aborted, speechHandle.interrupted]);
        return 'booked';
      },
    });
    const wrong = 'The arguments of book are wrong: people: Invalid input: expected number, received string.';
    const { history, events } = await scenario({
      agent: new Agent({ instructions: '', tools: { book } }),
      user: [{ startMs: 500, endMs: 2500, text: 'a table for two' }],
      llm: [
        { input: 'a table for two', toolCalls: [{ name: 'book', argumentsJson: '{"people":"two"}', callId: 'a' }] },
        { input: wrong, toolCalls: [{ name: 'book', argumentsJson: '{"people":2}', callId: 'b' }] },
        { input: 'booked', output: 'It is booked.', inputTokens: 20, outputTokens: 5 },
      ],
      tts: [{ text: 'It is booked.', audioMs: 1000 }],
      options: { userData: { caller: 'Alice' } },
      durationMs: 9000,
    });
    expect(history).toEqual([
      'user: a table for two',
      'call: book {"people":"two"}',
      `error: ${wrong}`,
      'call: book {"people":2}',
      'output: booked',
      'assistant: It is booked.',
    ]);
    expect(seen).toEqual([['b', 2, { caller: 'Alice' }, false, false]]);
    const told = events.flatMap(({ atMs, event }) => (event.type === 'tool-updated' ? [`${atMs} ${event.callId} ${event.status}`] : []));
    expect(told).toEqual(['3300 a started', '3300 a failed', '3600 b started', '3600 b ended']);
    const steps = events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
    // The reply that is heard answers the turn: 500 to its end, three calls of the LLM, the TTS.
    expect(steps.map(({ step, responseDelayMs }) => [step, responseDelayMs])).toEqual([
      [0, undefined],
      [1, undefined],
      [2, 1600],
    ]);
    expect(events.findLast(({ event }) => event.type === 'usage-updated')?.event).toMatchObject({
      usage: [{ kind: 'llm', provider: 'scripted', usage: { inputTokens: 20, outputTokens: 5 } }],
    });
  });

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
