/** Where a speech of the agent stands. */
export type SpeechStage =
  /** In the queue. */
  | 'waiting'
  /** Has the floor; nothing is audible yet. */
  | 'generating'
  | 'speaking'
  /** Has the floor and is silent: the user may be interrupting. */
  | 'held'
  /** Its tools run; the floor is free for others. */
  | 'working'
  /** Stopped; what was heard is being settled. Keeps the floor until then. */
  | 'cancelling';

export interface FloorSpeech {
  readonly id: string;
  /** Higher goes first. */
  readonly priority: number;
  /** Order of creation, among equals. */
  readonly sequence: number;
  readonly allowInterruptions: boolean;
  /** A reply that has to be thought of, other than a given text: the agent is then `thinking` until it speaks. */
  readonly thinks: boolean;
  readonly stage: SpeechStage;
  /** Of a held speech: what it was before. */
  readonly heldFrom?: 'generating' | 'speaking';
}

/** Who of the agent's speeches may be heard: one at a time. */
export interface Floor {
  readonly speeches: readonly FloorSpeech[];
  readonly holderId: string | undefined;
}

export const emptyFloor: Floor = { speeches: [], holderId: undefined };

export const speechOf = (floor: Floor, id: string | undefined): FloorSpeech | undefined =>
  floor.speeches.find((speech) => speech.id === id);
export const holderOf = (floor: Floor): FloorSpeech | undefined =>
  floor.holderId === undefined ? undefined : speechOf(floor, floor.holderId);

export const addSpeech = (floor: Floor, speech: Omit<FloorSpeech, 'stage'>): Floor => ({
  ...floor,
  speeches: [...floor.speeches, { ...speech, stage: 'waiting' }],
});

export const updateSpeech = (floor: Floor, id: string, change: Partial<FloorSpeech>): Floor => ({
  ...floor,
  speeches: floor.speeches.map((speech) => (speech.id === id ? { ...speech, ...change } : speech)),
});

/** The floor is free once its holder works, waits again, or is gone. */
export const releaseFloor = (floor: Floor, id: string, stage: 'waiting' | 'working' | 'ended'): Floor => ({
  speeches:
    stage === 'ended'
      ? floor.speeches.filter((speech) => speech.id !== id)
      : floor.speeches.map((speech) => (speech.id === id ? { ...speech, stage } : speech)),
  holderId: floor.holderId === id ? undefined : floor.holderId,
});

/** Waiting speeches in playout order. */
const waitingSpeeches = (floor: Floor): FloorSpeech[] =>
  floor.speeches.filter((speech) => speech.stage === 'waiting').sort((a, b) => b.priority - a.priority || a.sequence - b.sequence);

/**
 * The speech that may take the floor now, if it is free. One that can be interrupted does not start into the user's words.
 *
 * @param userHasFloor The user has spoken long enough to interrupt, or is in an open turn that has text.
 */
export function nextHolder(floor: Floor, userHasFloor: boolean): FloorSpeech | undefined {
  if (floor.holderId !== undefined) return undefined;
  const [first] = waitingSpeeches(floor);
  return first !== undefined && (!userHasFloor || !first.allowInterruptions) ? first : undefined;
}

/** What an interruption by the user would stop: what has the floor, and what works for it. Never a protected speech. */
export const interruptibleSpeeches = (floor: Floor): FloorSpeech[] =>
  floor.speeches.filter((speech) => speech.allowInterruptions && speech.stage !== 'waiting' && speech.stage !== 'cancelling');

/**
 * What `interrupt()` stops: in playout order, up to the first protected speech; all of them by `force`.
 */
export function speechesToInterrupt(floor: Floor, force: boolean): FloorSpeech[] {
  const active = floor.speeches
    .filter((speech) => speech.stage !== 'waiting')
    .sort((a, b) => Number(b.id === floor.holderId) - Number(a.id === floor.holderId));
  const alive = [...active, ...waitingSpeeches(floor)].filter((speech) => speech.stage !== 'cancelling');
  if (force) return alive;
  const firstProtected = alive.findIndex((speech) => !speech.allowInterruptions);
  return firstProtected < 0 ? alive : alive.slice(0, firstProtected);
}
