import { frameMs } from '../fakes/caller-frame.js';

/** What a caller does over and over: speaks, and listens to the answer. In frames of 20 ms. */
export interface TurnPattern {
  readonly voiced: number;
  readonly silent: number;
}

/** 50 frames in and, with replies of 6 frames, 6 out. */
export const oneSecondTurn: TurnPattern = { voiced: 25, silent: 25 };
/** A word, and ten seconds for the agent. */
export const agentTalks: TurnPattern = { voiced: 25, silent: 475 };
/** Short, so that many fit into a minute. */
export const shortTurn: TurnPattern = { voiced: 4, silent: 4 };

export const framesOf = ({ voiced, silent }: TurnPattern): number => voiced + silent;
export const durationMsOf = (pattern: TurnPattern): number => framesOf(pattern) * frameMs;

/** What the frame of this index is in its turn; the `deciding` one is the first of silence, on which the fake VAD and STT answer. */
export function frameKind(pattern: TurnPattern, index: number): 'voiced' | 'deciding' | 'silent' {
  const place = index % framesOf(pattern);
  if (place < pattern.voiced) return 'voiced';
  return place === pattern.voiced ? 'deciding' : 'silent';
}
