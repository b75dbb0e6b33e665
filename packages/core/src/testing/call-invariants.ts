import { isDeepStrictEqual } from 'node:util';
import { textOf } from '../chat/chat-context.js';
import type { PlayedCall } from './play-random-call.js';

/**
 * What holds after every call, whatever happened in it (`docs/testing-invariants.md`). Returns what does not hold, in words.
 *
 * - I1 It comes to rest, or is closed.
 * - I2 The history holds the words that were played to their end, each once, and no others.
 * - I3 Each tool call has exactly one output, after it.
 * - I4 States change from what they were to something else, and begin with `initializing` and `listening`.
 * - I5 Every event is plain data: it is the same after a trip through JSON.
 * - I6 Nothing is left: no timer, no speech that never settles.
 * - I7 `close` is told once, last.
 * - I8 What the user said is in the history at most once.
 * - I9 What an application's call throws says that the session is over, or what is protected; nothing else is thrown.
 */
export function brokenInvariants(call: PlayedCall): string[] {
  return [
    ...(call.cameToRest ? [] : ['I1: it did not come to rest']),
    ...brokenLedger(call),
    ...brokenTools(call),
    ...brokenStates(call, 'agent-state-changed', 'initializing'),
    ...brokenStates(call, 'user-state-changed', 'listening'),
    ...brokenEvents(call),
    ...(call.pendingTimers === 0 ? [] : [`I6: ${call.pendingTimers} timers are left`]),
    ...(call.unsettled === 0 ? [] : [`I6: ${call.unsettled} speeches never settled`]),
    ...brokenUser(call),
    ...call.thrown.filter((message) => !/is closed|does not allow interruptions/.test(message)).map((message) => `I9: ${message}`),
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

function brokenStates({ events }: PlayedCall, type: 'agent-state-changed' | 'user-state-changed', first: string): string[] {
  let state = first;
  for (const event of events) {
    if (event.type !== type) continue;
    if (event.oldState !== state || event.newState === state)
      return [`I4: ${type} from ${event.oldState} to ${event.newState} while ${state}`];
    state = event.newState;
  }
  return [];
}

function brokenEvents({ events }: PlayedCall): string[] {
  const strange = events.find((event) => !isDeepStrictEqual(JSON.parse(JSON.stringify(event)), event));
  const closes = events.filter(({ type }) => type === 'close').length;
  return [
    ...(strange === undefined ? [] : [`I5: ${strange.type} is not plain data`]),
    ...(closes === 1 && events.at(-1)?.type === 'close' ? [] : [`I7: ${closes} close events, the last event is ${events.at(-1)?.type}`]),
  ];
}

function brokenUser(call: PlayedCall): string[] {
  const said = wordsOf(call, 'user');
  const twice = said.filter((word, index) => said.indexOf(word) !== index);
  return twice.length === 0 ? [] : [`I8: the user is remembered twice: ${twice.join(' ')}`];
}
