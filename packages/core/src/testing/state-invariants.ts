import type { PlayedCall } from './play-random-call.js';

type StateEvent = 'agent-state-changed' | 'user-state-changed';

/** What may follow upon what. */
const allowed: Readonly<Record<StateEvent, { readonly first: string; readonly next: Readonly<Record<string, readonly string[]>> }>> = {
  'agent-state-changed': {
    first: 'initializing',
    next: {
      initializing: ['listening'],
      listening: ['thinking', 'speaking'],
      thinking: ['listening', 'speaking'],
      speaking: ['listening', 'thinking'],
    },
  },
  'user-state-changed': {
    first: 'listening',
    next: {
      listening: ['speaking', 'away'],
      speaking: ['listening'],
      away: ['listening', 'speaking'],
    },
  },
};

/** It comes to rest, and then the agent listens and the user does not speak. */
export function brokenRest({ atRest }: PlayedCall): string[] {
  if (atRest === undefined) return ['I1: it did not come to rest'];
  const { agentState, userState, isClosed } = atRest;
  // What is closed in its midst stops where it was.
  if (isClosed || (agentState === 'listening' && userState !== 'speaking')) return [];
  return [`I1: at rest the agent is ${agentState}, the user ${userState}`];
}

export const brokenStates = (call: PlayedCall): string[] => [
  ...brokenOrder(call, 'agent-state-changed'),
  ...brokenOrder(call, 'user-state-changed'),
];

function brokenOrder({ events }: PlayedCall, type: StateEvent): string[] {
  const { first, next } = allowed[type];
  let state = first;
  for (const event of events) {
    if (event.type !== type) continue;
    const { oldState, newState } = event;
    if (oldState !== state) return [`I4: ${type} from ${oldState} while ${state}`];
    if (next[oldState]?.includes(newState) !== true) return [`I4: ${type} from ${oldState} to ${newState}`];
    state = newState;
  }
  return [];
}

/** Whoever enters leaves, once, and one has the word at a time but for tasks, which come and go within. */
export function brokenHooks({ hooks }: PlayedCall): string[] {
  const present = new Set<string>();
  for (const hook of hooks) {
    const [verb, who = ''] = hook.split(' ');
    if (verb === 'enter' ? present.has(who) : !present.has(who)) return [`I16: ${hook}, after ${hooks.join(', ')}`];
    if (verb === 'enter') present.add(who);
    else present.delete(who);
  }
  return present.size === 0 ? [] : [`I16: ${[...present].join(', ')} never left`];
}
