/** Where a speech of the agent stands. */
export type SpeechStage =
  /** Announced, and not in the queue: it is not decided yet that it is meant for the caller. */
  | 'created'
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
  /** A reply to what the user said, other than one that the application asked for. */
  readonly answersUser: boolean;
  readonly stage: SpeechStage;
  /** Something of its present reply was heard. */
  readonly isHeard: boolean;
  /** It has called tools, or was protected while under way: what it has begun is to be finished. */
  readonly hasActed: boolean;
  /** Its tools wait for a task, which talks to the caller meanwhile: nobody's words are meant for this speech. */
  readonly isParked?: boolean;
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

/** What is known of a speech when it is announced. */
export type NewSpeech = Pick<FloorSpeech, 'id' | 'priority' | 'sequence' | 'allowInterruptions' | 'thinks' | 'answersUser'>;

/** Waits for a task: neither heard nor at work. So does one that was cut meanwhile, if its tools cannot be. */
export const isParked = ({ isParked: waits, stage }: FloorSpeech): boolean =>
  waits === true && (stage === 'working' || stage === 'cancelling');

export const addSpeech = (floor: Floor, speech: NewSpeech): Floor => ({
  ...floor,
  speeches: [...floor.speeches, { ...speech, stage: 'created', isHeard: false, hasActed: false }],
});

/** It is meant for the caller, and waits for its turn; not if it was stopped before. */
export const queueSpeech = (floor: Floor, id: string): Floor =>
  speechOf(floor, id)?.stage === 'cancelling' ? floor : updateSpeech(floor, id, { stage: 'waiting', isHeard: false });

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

const isActive = (speech: FloorSpeech): boolean =>
  speech.stage !== 'created' && speech.stage !== 'waiting' && speech.stage !== 'cancelling' && !isParked(speech);

/** What an interruption by the user would stop: what has the floor, and what works for it. Never a protected speech, nor a parked one. */
export const interruptibleSpeeches = (floor: Floor): FloorSpeech[] =>
  floor.speeches.filter((speech) => speech.allowInterruptions && isActive(speech));

/** What `interrupt()` does: the speeches that it stops, and the protected one that kept it from those behind. */
export interface InterruptionTargets {
  readonly stopped: readonly FloorSpeech[];
  readonly shield: FloorSpeech | undefined;
}

/** In playout order, up to the first protected speech; all of them by `force`. What is being stopped already shields nothing. */
export function speechesToInterrupt(floor: Floor, force: boolean): InterruptionTargets {
  const active = floor.speeches.filter(isActive).sort((a, b) => Number(b.id === floor.holderId) - Number(a.id === floor.holderId));
  const alive = [...active, ...waitingSpeeches(floor), ...floor.speeches.filter((speech) => speech.stage === 'created')];
  const firstProtected = force ? -1 : alive.findIndex((speech) => !speech.allowInterruptions);
  return firstProtected < 0
    ? { stopped: alive, shield: undefined }
    : { stopped: alive.slice(0, firstProtected), shield: alive[firstProtected] };
}

/**
 * Replies to earlier turns that a newer turn makes idle: the reply to that answers both. Not what is heard or has acted, if it is protected.
 */
export const outdatedReplies = (floor: Floor): FloorSpeech[] =>
  floor.speeches.filter(
    (speech) =>
      speech.answersUser &&
      (speech.stage === 'waiting' || speech.stage === 'generating') &&
      (speech.allowInterruptions || !(speech.isHeard || speech.hasActed)),
  );
