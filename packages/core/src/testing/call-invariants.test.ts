import { expect, test } from 'vitest';
import type { ConversationItem } from '../chat/conversation-item.js';
import type { AgentEvent } from '../observe/agent-event.js';
import { quietCall } from './__fixtures__/any-random-call.js';
import { brokenInvariants } from './call-invariants.js';
import type { PlayedCall } from './play-random-call.js';

const close: AgentEvent = { type: 'close', reason: 'user', createdAt: 900 };
const message = (role: 'user' | 'assistant', text: string, createdAtMs = 100): ConversationItem => ({
  type: 'message',
  role,
  id: `${role}-${text}-${createdAtMs}`,
  createdAtMs,
  content: [{ type: 'text', text }],
});
const toolCall = (callId: string): ConversationItem => ({
  type: 'tool-call',
  id: `call-${callId}`,
  createdAtMs: 100,
  callId,
  name: 'look',
  argumentsJson: '{}',
});
const toolOutput = (callId: string, id = `output-${callId}`): ConversationItem => ({
  type: 'tool-output',
  id,
  createdAtMs: 100,
  callId,
  name: 'look',
  content: [],
  isError: false,
});
const toolNews = (callId: string, status: 'started' | 'ended' | 'failed'): AgentEvent => ({
  type: 'tool-updated',
  speechId: 'speech-1',
  callId,
  name: 'look',
  status,
  createdAt: 100,
});
const metrics = (changed: object): AgentEvent => ({
  type: 'turn-metrics',
  createdAt: 100,
  metrics: { speechId: 'speech-1', step: 0, playedMs: 100, interrupted: false, ...changed },
});
const usage = (outputTokens: number): AgentEvent => ({
  type: 'usage-updated',
  createdAt: 100,
  usage: [{ kind: 'llm', provider: 'random', model: 'random-llm', usage: { outputTokens } }],
});

/** A record of a call in which all is well but for what is changed; of each item of the history it was told. */
function played({ history = [], events = [], ...changed }: Partial<PlayedCall>): PlayedCall {
  const told = history.map((item): AgentEvent => ({ type: 'conversation-item-added', item, createdAt: 100 }));
  return {
    call: quietCall,
    events: [...told, ...events, ...(events.some(({ type }) => type === 'close') ? [] : [close])],
    history,
    heard: [],
    repeated: [],
    atRest: { agentState: 'listening', userState: 'listening', isClosed: false },
    premature: [],
    hooks: ['enter agent-1', 'exit agent-1'],
    leftovers: [],
    pendingTimers: 0,
    thrown: [],
    unhandled: [],
    ...changed,
  };
}

const broken: readonly (readonly [string, Partial<PlayedCall>])[] = [
  ['I1: it did not come to rest', { atRest: undefined }],
  [
    'I1: at rest the agent is thinking, the user listening',
    { atRest: { agentState: 'thinking', userState: 'listening', isClosed: false } },
  ],
  [
    'I1: at rest the agent is listening, the user speaking',
    { atRest: { agentState: 'listening', userState: 'speaking', isClosed: false } },
  ],
  ['I2: remembered ; heard w1', { heard: ['w1'] }],
  ['I2: remembered w1 w2; heard w1', { heard: ['w1'], history: [message('assistant', 'w1 w2')] }],
  ['I2: played twice: w1', { heard: ['w1'], repeated: ['w1'], history: [message('assistant', 'w1')] }],
  ['I3: 1 calls, 0 outputs', { history: [toolCall('a')] }],
  ['I3: 1 calls, 2 outputs', { history: [toolCall('a'), toolOutput('a'), toolOutput('a', 'another')] }],
  ['I3: an id of a call is used twice: a a', { history: [toolCall('a'), { ...toolCall('a'), id: 'another' }, toolOutput('a')] }],
  ['I3: a was told started', { history: [toolCall('a'), toolOutput('a')], events: [toolNews('a', 'started')] }],
  ['I3: a was started and has no output', { events: [toolNews('a', 'started'), toolNews('a', 'ended')] }],
  ['I6: 2 timers are left', { pendingTimers: 2 }],
  ['I6: speech-1 is left', { leftovers: ['speech-1'] }],
  ['I6: a rejection that nobody handled: Error: lost', { unhandled: ['Error: lost'] }],
  ['I7: 0 close events, the last event is undefined', { events: [], history: [] }],
  ['I8: the user is remembered twice: u1', { history: [message('user', 'u1'), message('user', 'U1 u2')] }],
  ['I9: cannot read properties of undefined', { thrown: ['cannot read properties of undefined', 'say: the session is closed'] }],
  ['I14: two items have one id', { history: [message('user', 'u1'), { ...message('user', 'u2'), id: 'user-u1-100' }] }],
  ['I14: item 1 happened before the one that it follows', { history: [message('user', 'u1', 100), message('user', 'u2', 50)] }],
  ['I15: close of 900 at 800', { premature: ['close of 900 at 800'] }],
  ['I16: enter agent-1, after enter agent-1, enter agent-1', { hooks: ['enter agent-1', 'enter agent-1'] }],
  ['I16: exit agent-1, after exit agent-1', { hooks: ['exit agent-1'] }],
  ['I16: agent-1 never left', { hooks: ['enter agent-1'] }],
];

const brokenByEvents: readonly (readonly [string, readonly AgentEvent[]])[] = [
  [
    'I4: agent-state-changed from thinking while initializing',
    [{ type: 'agent-state-changed', oldState: 'thinking', newState: 'speaking', createdAt: 1 }],
  ],
  [
    'I4: agent-state-changed from initializing to speaking',
    [{ type: 'agent-state-changed', oldState: 'initializing', newState: 'speaking', createdAt: 1 }],
  ],
  [
    'I4: user-state-changed from speaking to away',
    [
      { type: 'user-state-changed', oldState: 'listening', newState: 'speaking', createdAt: 1 },
      { type: 'user-state-changed', oldState: 'speaking', newState: 'away', createdAt: 2 },
    ],
  ],
  ['I5: speech-created is not plain data', [{ type: 'speech-created', speechId: 'speech-1', source: 'say', createdAt: Number.NaN }]],
  ['I7: 2 close events, the last event is close', [close, close]],
  ['I7: 1 close events, the last event is dtmf', [close, { type: 'dtmf', digit: '5', createdAt: 1 }]],
  [
    'I11: the user said u1, which is not remembered',
    [{ type: 'user-input-transcribed', segmentId: 's', transcript: 'u1', isFinal: true, createdAt: 1 }],
  ],
  ['I12: metrics of speech-1, step 1, where 0 is next', [metrics({ step: 1 })]],
  ['I12: metrics of speech-1, step 0: hookMs is -1', [metrics({ hookMs: -1 })]],
  [
    'I12: metrics of speech-1, step 0: stages of 600 in a silence of 700',
    [metrics({ endOfTurnDelayMs: 500, hookMs: 0, replyDelayMs: 100, responseDelayMs: 700 })],
  ],
  ['I12: metrics of speech-1, step 0: 100 ms were played in 50', [metrics({ playoutStartedAt: 100, playoutEndedAt: 150 })]],
  ['I13: usage of random/random-llm has shrunk from {"outputTokens":2}', [usage(2), usage(1)]],
];

test('a call in which all is well breaks none', () => {
  const history = [message('user', 'u1'), message('assistant', 'w1 w2'), toolCall('a'), toolOutput('a')];
  const events = [toolNews('a', 'started'), toolNews('a', 'failed'), usage(1), usage(2)];
  expect(brokenInvariants(played({ history, events, heard: ['w1', 'w2'] }))).toEqual([]);
});

test.each(broken)('%s', (what, changed) => {
  const record = played(changed);
  const events = what.startsWith('I7') ? [] : record.events;
  expect(brokenInvariants({ ...record, events })).toContain(what);
});

test.each(brokenByEvents)('%s', (what, events) => {
  expect(brokenInvariants(played({ events }))).toContain(what);
});
