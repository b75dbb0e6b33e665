import type { AgentSession as Protocol } from '@livekit/protocol';
import type { AgentEvent } from '@parley/core';
import { expect, test } from 'vitest';
import { sessionEvent } from './session-event.js';

const at = { createdAt: 1_700_000_000_250 };
const bodies: readonly [AgentEvent, Protocol.AgentSessionEvent['event']['case'], object][] = [
  [
    { ...at, type: 'agent-state-changed', oldState: 'listening', newState: 'thinking' },
    'agentStateChanged',
    { oldState: 'AS_LISTENING', newState: 'AS_THINKING' },
  ],
  // The first of an enumeration is left out in JSON.
  [{ ...at, type: 'user-state-changed', oldState: 'speaking', newState: 'away' }, 'userStateChanged', { newState: 'US_AWAY' }],
  [
    { ...at, type: 'user-input-transcribed', segmentId: 's', transcript: 'hello', isFinal: true, language: 'en' },
    'userInputTranscribed',
    { transcript: 'hello', isFinal: true, language: 'en' },
  ],
  [
    {
      ...at,
      type: 'conversation-item-added',
      item: {
        type: 'message',
        role: 'assistant',
        id: 'i',
        createdAtMs: 1000,
        content: [{ type: 'text', text: 'Good' }],
        interrupted: true,
      },
    },
    'conversationItemAdded',
    {
      item: { message: { id: 'i', role: 'ASSISTANT', content: [{ text: 'Good' }], interrupted: true, createdAt: '1970-01-01T00:00:01Z' } },
    },
  ],
  [
    {
      ...at,
      type: 'tools-executed',
      speechId: 's',
      calls: [{ callId: 'c', name: 'look', argumentsJson: '{}', output: 'none', isError: true, startedAt: 1000, endedAt: 2000 }],
    },
    'functionToolsExecuted',
    {
      functionCalls: [{ callId: 'c', name: 'look', arguments: '{}', createdAt: '1970-01-01T00:00:01Z' }],
      functionCallOutputs: [{ callId: 'c', name: 'look', output: 'none', isError: true, createdAt: '1970-01-01T00:00:02Z' }],
    },
  ],
  [
    { ...at, type: 'tool-updated', speechId: 's', callId: 'c', name: 'look', status: 'started' },
    'toolExecutionUpdated',
    { started: { functionCall: { callId: 'c', name: 'look' } } },
  ],
  [
    { ...at, type: 'tool-updated', speechId: 's', callId: 'c', name: 'look', status: 'aborted' },
    'toolExecutionUpdated',
    { ended: { id: 'c', callId: 'c', status: 'TC_CANCELLED' } },
  ],
  [{ ...at, type: 'false-interruption', speechId: 's', resumed: true }, 'agentFalseInterruption', { resumed: true }],
  [
    {
      ...at,
      type: 'usage-updated',
      usage: [
        { kind: 'llm', provider: 'a', model: 'b', usage: { inputTokens: 3 } },
        { kind: 'tts', provider: 'a', model: 'c', usage: { characters: 5, audioMs: 1500 } },
        { kind: 'stt', provider: 'a', model: 'd', usage: { audioMs: 500 } },
      ],
    },
    'sessionUsageUpdated',
    {
      usage: {
        modelUsage: [
          { llm: { provider: 'a', model: 'b', inputTokens: 3 } },
          { tts: { provider: 'a', model: 'c', charactersCount: 5, audioDuration: 1.5 } },
          { stt: { provider: 'a', model: 'd', audioDuration: 0.5 } },
        ],
      },
    },
  ],
  [
    { ...at, type: 'error', source: 'tts', recoverable: true, error: { name: 'APIError', message: 'refused' } },
    'error',
    { message: 'tts: refused' },
  ],
];

test.each(bodies)('%j is told as %s', (event, name, body) => {
  const json = sessionEvent(event)?.toJson();
  expect(json).toEqual({ createdAt: '2023-11-14T22:13:20.250Z', [name ?? '']: body });
});

test("what the protocol has no word for is not told, nor what is a provider's own", () => {
  expect(sessionEvent({ ...at, type: 'dtmf', digit: '1' })).toBeUndefined();
  const item = { type: 'opaque', id: 'i', createdAtMs: 1, providerMetadata: {} } as const;
  expect(sessionEvent({ ...at, type: 'conversation-item-added', item })).toBeUndefined();
});
