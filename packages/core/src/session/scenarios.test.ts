import { describe, expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import type { AgentEvent, AgentEventOf, AgentEventType } from '../observe/agent-event.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { ToolError } from '../tools/tool-errors.js';

const preemptive = { preemptiveGeneration: true } as const;

const ofType = <Type extends AgentEventType>(
  { events }: ScenarioResult,
  type: Type,
): { readonly atMs: number; readonly event: AgentEventOf<Type> }[] =>
  events.flatMap(({ atMs, event }) => (isOf(event, type) ? [{ atMs, event }] : []));
const isOf = <Type extends AgentEventType>(event: AgentEvent, type: Type): event is AgentEventOf<Type> => event.type === type;

/** What the events tell, one line each, for a look at their order. */
const account = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) => {
    switch (event.type) {
      case 'user-state-changed':
        return [`${atMs} user ${event.newState} (${event.createdAt})`];
      case 'agent-state-changed':
        return [`${atMs} agent ${event.newState}`];
      case 'user-input-transcribed':
        return [`${atMs} ${event.isFinal ? 'final' : 'interim'} ${event.transcript}`];
      case 'conversation-item-added':
        return [`${atMs} item ${event.item.type === 'message' ? event.item.role : event.item.type}`];
      case 'speech-created':
      case 'tools-executed':
      case 'turn-metrics':
        return [`${atMs} ${event.type}`];
      default:
        return [];
    }
  });

describe('S001 a basic turn', () => {
  const basicTurn = () =>
    scenario({
      user: [{ startMs: 500, endMs: 2500, text: 'hi how is it going' }],
      llm: [{ input: 'hi how is it going', output: 'all good here' }],
      tts: [{ text: 'all good here', audioMs: 2000 }],
      options: preemptive,
      durationMs: 9000,
    });

  test('goes through its events in order and on time', async () => {
    expect(account(await basicTurn())).toEqual([
      '0 item agent-handoff',
      '0 agent listening',
      '550 user speaking (500)',
      '2600 interim hi how',
      '2700 final hi how is it going',
      '2700 speech-created',
      '3000 user listening (2500)',
      '3000 item user',
      '3000 agent thinking',
      '3200 agent speaking',
      '5200 item assistant',
      '5200 turn-metrics',
      '5200 agent listening',
    ]);
  });

  test('is measured by stage, and the stages add up to the silence heard', async () => {
    const result = await basicTurn();
    const [metrics] = ofType(result, 'turn-metrics').map(({ event }) => event.metrics);
    expect(metrics).toMatchObject({
      userStartedAt: 500,
      userStoppedAt: 2500,
      transcriptionDelayMs: 200,
      endOfTurnDelayMs: 500,
      hookMs: 0,
      replyDelayMs: 200,
      llmFirstTokenMs: 100,
      llmFirstSentenceMs: 300,
      ttsFirstAudioMs: 200,
      responseDelayMs: 700,
      playoutStartedAt: 3200,
      playoutEndedAt: 5200,
      playedMs: 2000,
      interrupted: false,
    });
    expect(result.played).toEqual([{ startedMs: 3200, endedMs: 5200, playedMs: 2000, complete: true }]);
    expect(result.history).toEqual(['user: hi how is it going', 'assistant: all good here']);
  });
});

describe('S020 barge-in', () => {
  const user = [
    { startMs: 500, endMs: 2500, text: 'tell me more' },
    { startMs: 5000, endMs: 6000, text: 'wait' },
  ];
  const bargeIn = () =>
    scenario({
      user,
      llm: [
        { input: 'tell me more', output: 'long long answer with many words in it' },
        { input: 'wait', output: '', ttftMs: 0, durationMs: 0 },
      ],
      tts: [{ text: 'long long answer with many words in it', audioMs: 10_000 }],
      options: preemptive,
      durationMs: 12_000,
    });

  test('pauses the reply at once and cuts it with the transcript', async () => {
    const result = await bargeIn();
    expect(result.agentStates).toEqual([
      '0 listening',
      '3000 thinking',
      '3200 speaking',
      '5500 listening',
      '6500 thinking',
      '6500 listening',
    ]);
    expect(result.played).toEqual([{ startedMs: 3200, endedMs: 5500, playedMs: 2300, complete: false }]);
    const items = ofType(result, 'conversation-item-added').map(
      ({ atMs, event }) => `${atMs} ${event.item.type === 'message' ? event.item.role : event.item.type}`,
    );
    expect(items).toEqual(['0 agent-handoff', '3000 user', '6200 assistant', '6500 user']);
  });

  test('leaves in the history what was heard, and tells what was not', async () => {
    const result = await bargeIn();
    expect(result.history).toEqual(['user: tell me more', 'assistant!: long long', 'user: wait']);
    expect(ofType(result, 'conversation-item-added').map(({ event }) => event.unheardText)).toContain('answer with many words in it');
  });

  test('begins no preemptive reply while the interrupted one still has the floor', async () => {
    expect(ofType(await bargeIn(), 'speech-created').map(({ atMs }) => atMs)).toEqual([2700, 6500]);
  });
});

test('S022 speech over an uninterruptible agent is discarded, not queued', async () => {
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 2500, text: 'tell me more' },
      { startMs: 5000, endMs: 6000, text: 'wait' },
    ],
    llm: [{ input: 'tell me more', output: 'long long answer with many words in it' }],
    tts: [{ text: 'long long answer with many words in it', audioMs: 5000 }],
    options: { ...preemptive, allowInterruptions: false },
    durationMs: 12_000,
  });
  expect(result.played).toEqual([{ startedMs: 3200, endedMs: 8200, playedMs: 5000, complete: true }]);
  expect(result.history).toEqual(['user: tell me more', 'assistant: long long answer with many words in it']);
});

describe('a turn with a tool', () => {
  const withTool = (execute: () => unknown, output: string) =>
    scenario({
      user: [{ startMs: 500, endMs: 2500, text: 'weather?' }],
      llm: [
        { input: 'weather?', output: 'one moment', toolCalls: [{ name: 'get_weather', argumentsJson: '{"city":"Berlin"}' }] },
        { input: output, output: 'it is sunny' },
      ],
      tts: [
        { text: 'one moment', audioMs: 2000 },
        { text: 'it is sunny', audioMs: 3000 },
      ],
      tools: {
        get_weather: tool({
          description: 'The weather in a city.',
          parameters: { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] },
          execute,
        }),
      },
      options: preemptive,
      durationMs: 14_000,
    });

  test('S070 runs it at the end of the turn, and hands its result on after playout', async () => {
    const result = await withTool(() => 'sunny', 'sunny');
    expect(result.agentStates).toEqual([
      '0 listening',
      '3000 thinking',
      '3200 speaking',
      '5200 thinking',
      '5700 speaking',
      '8700 listening',
    ]);
    expect(result.played.map(({ startedMs, endedMs }) => [startedMs, endedMs])).toEqual([
      [3200, 5200],
      [5700, 8700],
    ]);
    expect(result.history).toEqual([
      'user: weather?',
      'assistant: one moment',
      'call: get_weather {"city":"Berlin"}',
      'output: sunny',
      'assistant: it is sunny',
    ]);
    const [executed] = ofType(result, 'tools-executed');
    expect(executed).toMatchObject({
      atMs: 5200,
      event: { calls: [{ callId: 'call-1', name: 'get_weather', argumentsJson: '{"city":"Berlin"}', startedAt: 3000 }] },
    });
    expect(account(result).filter((line) => line.startsWith('5200'))).toEqual([
      '5200 item assistant',
      '5200 turn-metrics',
      '5200 agent thinking',
      '5200 item tool-call',
      '5200 item tool-output',
      '5200 tools-executed',
    ]);
  });

  test('S076 tells the model nothing of an error that was not meant for it', async () => {
    const throwing = () => {
      throw new Error('password of the database is 1234');
    };
    const result = await withTool(throwing, 'An internal error occurred.');
    expect(result.history).toContain('error: An internal error occurred.');
    expect(JSON.stringify(result.history)).not.toContain('1234');
  });

  test('S076 passes on what a ToolError says', async () => {
    const throwing = () => {
      throw new ToolError('no such city');
    };
    expect((await withTool(throwing, 'no such city')).history).toContain('error: no such city');
  });
});

test('S074 a call of an unknown tool is answered with one error output', async () => {
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'fly' }],
    llm: [
      { input: 'fly', toolCalls: [{ name: 'fly_away' }] },
      { input: 'Unknown function: fly_away', output: 'I cannot fly' },
    ],
    tts: [{ text: 'I cannot fly', audioMs: 1000 }],
    options: preemptive,
    durationMs: 9000,
  });
  expect(result.history).toEqual(['user: fly', 'call: fly_away {}', 'error: Unknown function: fly_away', 'assistant: I cannot fly']);
});
