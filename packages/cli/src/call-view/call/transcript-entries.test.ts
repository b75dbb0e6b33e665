import type { AgentEvent } from '@parley/core';
import { expect, test } from 'vitest';
import { agentSaid, agentState, measured, sampleCall, sampleStart, toolRan, userSaid, userState } from './__fixtures__/sample-call.js';
import { transcriptEntries } from './transcript-entries.js';

const record = (events: readonly AgentEvent[]) => ({ events, startedAt: sampleStart, durationMs: 60_000 });

test('each message stands where its voice begins, in the order of the voices', () => {
  const entries = transcriptEntries(sampleCall);
  expect(entries.map((entry) => [entry.type === 'message' ? entry.speaker : entry.type, entry.startMs])).toEqual([
    ['agent', 60],
    ['caller', 5600],
    ['agent', 8472],
    ['caller', 14_500],
    ['tool', 18_466],
    ['agent', 18_530],
    ['caller', 24_800],
    ['tool', 27_116],
    ['agent', 27_190],
    ['caller', 33_100],
    ['agent', 35_860],
    ['caller', 43_000],
    ['tool', 44_716],
    ['agent', 44_790],
    ['caller', 50_200],
    ['agent', 52_660],
  ]);
});

test('what was said first stands first, though it was told later', () => {
  const events = [
    agentState(0, 'listening', 'speaking'),
    userState(500, 'listening', 'speaking'),
    userState(900, 'speaking', 'listening'),
    userSaid(900, 'no'),
    agentState(900, 'speaking', 'listening'),
    agentSaid(900, 'We are', 'open.'),
  ];
  expect(transcriptEntries(record(events)).map((entry) => entry.startMs)).toEqual([0, 500]);
});

test('an interrupted reply keeps what was heard apart from what was not', () => {
  const [entry] = transcriptEntries(
    record([agentState(0, 'listening', 'speaking'), agentState(900, 'speaking', 'listening'), agentSaid(900, 'We are', 'open on Sunday.')]),
  );
  expect(entry).toEqual({
    type: 'message',
    speaker: 'agent',
    startMs: 0,
    endMs: 900,
    text: 'We are',
    unheardText: 'open on Sunday.',
    interrupted: true,
  });
});

test('a turn of several utterances stands where its first began', () => {
  const events = [
    userState(1000, 'listening', 'speaking'),
    userState(2000, 'speaking', 'listening'),
    userState(2300, 'listening', 'speaking'),
    userState(3000, 'speaking', 'listening'),
    userSaid(3500, 'hello what time do you open'),
    measured(6000, { speechId: 'speech', userStartedAt: sampleStart + 1000, userStoppedAt: sampleStart + 3000 }),
  ];
  expect(transcriptEntries(record(events))[0]).toMatchObject({ startMs: 1000, endMs: 3000 });
});

test('an interrupted reply ends where its voice stopped, not where the interruption became certain', () => {
  const events = [
    agentState(1000, 'listening', 'speaking'),
    agentState(3000, 'speaking', 'listening'),
    agentSaid(4500, 'We are', 'open.'),
    measured(4500, { speechId: 'speech', playoutStartedAt: sampleStart + 1000, playoutEndedAt: sampleStart + 4500, interrupted: true }),
  ];
  expect(transcriptEntries(record(events))[0]).toMatchObject({ startMs: 1000, endMs: 3000 });
});

test('a turn that was never answered stands where its last utterance began', () => {
  const events = [
    measured(500, { speechId: 'earlier', userStartedAt: sampleStart + 100, userStoppedAt: sampleStart + 400 }),
    userState(1000, 'listening', 'speaking'),
    userState(2000, 'speaking', 'listening'),
    userSaid(2500, 'hello'),
  ];
  expect(transcriptEntries(record(events))[0]).toMatchObject({ startMs: 1000, endMs: 2000 });
});

test('tool arguments that are no JSON are shown as they came', () => {
  const event = toolRan(100, 'book_table', { arguments: {}, output: 'no', speechId: 'speech', isError: true });
  const broken =
    event.type === 'tools-executed' ? { ...event, calls: event.calls.map((call) => ({ ...call, argumentsJson: '{"day":' })) } : event;
  expect(transcriptEntries(record([broken]))[0]).toMatchObject({ type: 'tool', call: 'book_table({"day":)', isError: true });
});

test('failures and hand-offs are noted, instructions are not', () => {
  const base = { createdAt: sampleStart + 10 };
  const events: readonly AgentEvent[] = [
    { ...base, type: 'recovered', source: 'tts', action: 'spoke the rest again' },
    { ...base, type: 'error', source: 'llm', error: { name: 'APIError', message: 'no connection' }, recoverable: true },
    {
      ...base,
      type: 'conversation-item-added',
      item: { type: 'agent-handoff', id: 'a', createdAtMs: 0, fromAgent: 'front desk', toAgent: 'kitchen' },
    },
    {
      ...base,
      type: 'conversation-item-added',
      item: { type: 'message', id: 'b', createdAtMs: 0, role: 'system', content: [{ type: 'text', text: 'secret' }] },
    },
  ];
  expect(transcriptEntries(record(events)).map((entry) => (entry.type === 'note' ? [entry.text, entry.isProblem] : entry))).toEqual([
    ['Recovered from a failure (tts): spoke the rest again', true],
    ['Error (llm): no connection', true],
    ['front desk handed over to kitchen.', false],
  ]);
});
