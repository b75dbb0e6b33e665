import type { JobParticipantKind } from '@parley/core/provider';

/** Somebody who might be the caller. */
export interface Candidate {
  readonly identity: string;
  readonly kind: JobParticipantKind;
  /** The identity that they publish for, as an avatar does for its agent; absent for those who speak for themselves. */
  readonly onBehalfOf?: string;
}

/** Whom the agent listens to. */
export type CallerState =
  | { readonly type: 'awaited' }
  | { readonly type: 'present'; readonly identity: string }
  /** The connection was lost: whoever comes back under this identity goes on. */
  | { readonly type: 'away'; readonly identity: string }
  /** Nobody any more: the call is over. */
  | { readonly type: 'gone' };

export type CallerEvent =
  /** All who are there: at the start, and whenever somebody came or changed. */
  | { readonly type: 'roster'; readonly candidates: readonly Candidate[] }
  | { readonly type: 'left'; readonly identity: string; readonly isForGood: boolean; readonly candidates: readonly Candidate[] }
  /** Whoever is away has been so for too long. */
  | { readonly type: 'not-returned'; readonly candidates: readonly Candidate[] }
  /** The application says whom; nobody: the first who fits. */
  | { readonly type: 'chosen'; readonly identity: string | undefined; readonly candidates: readonly Candidate[] }
  | { readonly type: 'room-ended' };

export interface CallerRules {
  /** The agent's own, whose avatar is not listened to. */
  readonly localIdentity: string;
  readonly kinds: readonly JobParticipantKind[];
  /** Only this one, of whatever kind. */
  readonly identity?: string | undefined;
  /** Whether the call is over when the caller has left for good; otherwise the next who fits takes their place. */
  readonly endsWhenCallerLeaves: boolean;
}

const awaited: CallerState = { type: 'awaited' };

/** Whom to listen to next. The first who fits stays the caller until they leave; others who come meanwhile change nothing. */
export function nextCaller(state: CallerState, event: CallerEvent, rules: CallerRules): CallerState {
  if (state.type === 'gone' || event.type === 'room-ended') return { type: 'gone' };
  switch (event.type) {
    case 'roster':
      return onRoster(state, event.candidates, rules);
    case 'left':
      if (state.type === 'awaited' || state.identity !== event.identity) return state;
      return event.isForGood ? afterLeaving(event.candidates, rules) : { type: 'away', identity: event.identity };
    case 'not-returned':
      return state.type === 'away' ? afterLeaving(event.candidates, rules) : state;
    case 'chosen':
      return firstOf(event.candidates, { ...rules, identity: event.identity });
    default:
      return event satisfies never;
  }
}

function onRoster(state: CallerState, candidates: readonly Candidate[], rules: CallerRules): CallerState {
  if (state.type === 'awaited') return firstOf(candidates, rules);
  if (state.type !== 'away') return state;
  const { identity } = state;
  return candidates.some((candidate) => candidate.identity === identity) ? { type: 'present', identity } : state;
}

const afterLeaving = (candidates: readonly Candidate[], rules: CallerRules): CallerState =>
  rules.endsWhenCallerLeaves ? { type: 'gone' } : firstOf(candidates, rules);

function firstOf(candidates: readonly Candidate[], rules: CallerRules): CallerState {
  const found = candidates.find((candidate) => fits(candidate, rules));
  return found === undefined ? awaited : { type: 'present', identity: found.identity };
}

function fits({ identity, kind, onBehalfOf }: Candidate, rules: CallerRules): boolean {
  if (rules.identity !== undefined) return identity === rules.identity;
  return rules.kinds.includes(kind) && onBehalfOf !== rules.localIdentity;
}
