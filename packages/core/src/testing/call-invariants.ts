import { isDeepStrictEqual } from 'node:util';
import { textOf } from '../chat/chat-context.js';
import { brokenEvents, brokenMetrics, brokenUsage } from './event-invariants.js';
import type { PlayedCall } from './play-random-call.js';
import { brokenHooks, brokenRest, brokenStates } from './state-invariants.js';

/** What holds after every call, whatever happened in it (`docs/testing-invariants.md`). Returns what does not hold, in words. */
export function brokenInvariants(call: PlayedCall): string[] {
  return [
    ...brokenRest(call),
    ...brokenLedger(call),
    ...brokenTools(call),
    ...brokenToolNews(call),
    ...brokenStates(call),
    ...brokenEvents(call),
    ...brokenLeftovers(call),
    ...brokenUser(call),
    ...brokenCalls(call),
    ...brokenTranscripts(call),
    ...brokenMetrics(call),
    ...brokenUsage(call),
    ...brokenHistory(call),
    ...brokenHooks(call),
  ];
}

const wordsOf = ({ history }: PlayedCall, role: 'assistant' | 'user'): string[] =>
  history.flatMap((item) => (item.type === 'message' && item.role === role ? textOf(item.content).split(' ') : []));

function brokenLedger(call: PlayedCall): string[] {
  const remembered = wordsOf(call, 'assistant').toSorted();
  const heard = call.heard.toSorted();
  if (call.repeated.length > 0) return [`I2: played twice: ${call.repeated.join(' ')}`];
  return isDeepStrictEqual(remembered, heard) ? [] : [`I2: remembered ${remembered.join(' ')}; heard ${heard.join(' ')}`];
}

function brokenTools({ history }: PlayedCall): string[] {
  const places = (type: 'tool-call' | 'tool-output') =>
    history.flatMap((item, index) => (item.type === type ? [{ callId: item.callId, index }] : []));
  const [calls, outputs] = [places('tool-call'), places('tool-output')];
  const ids = calls.map(({ callId }) => callId);
  if (new Set(ids).size !== ids.length) return [`I3: an id of a call is used twice: ${ids.join(' ')}`];
  const lost = calls.filter(
    ({ callId, index }) => outputs.filter((output) => output.callId === callId && output.index > index).length !== 1,
  );
  if (lost.length > 0 || outputs.length !== calls.length) return [`I3: ${calls.length} calls, ${outputs.length} outputs`];
  return [];
}

/** Each call that was started is told to have ended, once, and is answered in the history. */
function brokenToolNews({ events, history }: PlayedCall): string[] {
  const told = new Map<string, string[]>();
  for (const event of events) {
    if (event.type !== 'tool-updated') continue;
    told.set(event.callId, [...(told.get(event.callId) ?? []), event.status]);
  }
  const answered = new Set(history.flatMap((item) => (item.type === 'tool-output' ? [item.callId] : [])));
  return [...told].flatMap(([callId, statuses]) => [
    ...(/^started(,updated)*,(ended|failed|aborted)$/.test(statuses.join(',')) ? [] : [`I3: ${callId} was told ${statuses.join(', ')}`]),
    ...(answered.has(callId) ? [] : [`I3: ${callId} was started and has no output`]),
  ]);
}

const brokenLeftovers = ({ pendingTimers, leftovers, unhandled }: PlayedCall): string[] => [
  ...(pendingTimers === 0 ? [] : [`I6: ${pendingTimers} timers are left`]),
  ...leftovers.map((what) => `I6: ${what} is left`),
  ...unhandled.map((reason) => `I6: a rejection that nobody handled: ${reason}`),
];

function brokenUser(call: PlayedCall): string[] {
  const said = wordsOf(call, 'user').map((word) => word.toLowerCase());
  const twice = said.filter((word, index) => said.indexOf(word) !== index);
  return twice.length === 0 ? [] : [`I8: the user is remembered twice: ${twice.join(' ')}`];
}

/** All that an application may be told when it asks for something. */
const refusals = /is closed|does not allow interruptions|is not cancellable|No such|no call/i;

const brokenCalls = ({ thrown }: PlayedCall): string[] =>
  thrown.filter((message) => !refusals.test(message)).map((message) => `I9: ${message}`);

/** What was final is in the history; unless the application took it away, or may have. */
function brokenTranscripts(call: PlayedCall): string[] {
  const { agents, actions, options } = call.call;
  const mayTakeAway =
    actions.some(({ type }) => type === 'clear') || agents.some(({ onUserTurnCompleted }) => onUserTurnCompleted === 'empty');
  if (mayTakeAway || options.turnDetection === 'manual') return [];
  const remembered = new Set(wordsOf(call, 'user').map((word) => word.toLowerCase()));
  const final = call.events.flatMap((event) =>
    event.type === 'user-input-transcribed' && event.isFinal ? event.transcript.split(' ').filter((word) => word !== '') : [],
  );
  const lost = final.filter((word) => !remembered.has(word));
  return lost.length === 0 ? [] : [`I11: the user said ${lost.join(' ')}, which is not remembered`];
}

function brokenHistory({ history, events }: PlayedCall): string[] {
  const ids = history.map(({ id }) => id);
  const told = events.flatMap((event) => (event.type === 'conversation-item-added' ? [event.item.id] : []));
  const late = history.findIndex(({ createdAtMs }, index) => createdAtMs < (history[index - 1]?.createdAtMs ?? -Infinity));
  return [
    ...(new Set(ids).size === ids.length ? [] : ['I14: two items have one id']),
    ...(isDeepStrictEqual(ids.toSorted(), told.toSorted()) ? [] : [`I14: ${ids.length} items, of which ${told.length} were told`]),
    ...(late < 0 ? [] : [`I14: item ${late} happened before the one that it follows`]),
  ];
}
