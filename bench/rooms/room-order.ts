/** What the agent of a room is to do there: the metadata of its dispatch, for our agent and the peer's. */
export interface RoomOrder {
  /** `join`: be there. `call`: a session with fake providers. `word`: such a session that says a word by itself. */
  readonly kind: 'join' | 'word' | 'call';
  /** Of a call: frames of 20 ms that each reply is long. */
  readonly replyFrames: number;
  /** Of a call: so much speech interrupts the agent. */
  readonly minInterruptionMs: number;
}

/** The agent's attribute with the time at which it had joined, by `monotonicMs`. */
export const joinedAttribute = 'bench.joined-ms';
/** The agent's attribute that says that its session has started. */
export const startedAttribute = 'bench.started';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/** @throws {TypeError} It is none. */
export function readRoomOrder(metadata: string): RoomOrder {
  const value: unknown = JSON.parse(metadata);
  if (!isRecord(value)) throw new TypeError(`the metadata of a room of the bench is an object, not ${metadata}`);
  const { kind, replyFrames, minInterruptionMs } = value;
  const isKind = kind === 'join' || kind === 'word' || kind === 'call';
  if (isKind && typeof replyFrames === 'number' && typeof minInterruptionMs === 'number') return { kind, replyFrames, minInterruptionMs };
  throw new TypeError(`the metadata of a room of the bench names what to do, and not ${metadata}`);
}
