import { VirtualClock } from '../time/virtual-clock.js';
import { NumberedSpeech } from './numbered-speech.js';
import type { RandomCall } from './random-call.js';
import type { Utterance } from './utterance.js';

/** Where a random call is played: what its models, agents and application share. */
export class RandomStage {
  readonly call: RandomCall;
  /** What the caller says, noises included. */
  readonly utterances: readonly Utterance[];
  readonly clock = new VirtualClock({ promisesOnly: true });
  readonly speech = new NumberedSpeech();
  /** Hooks of agents and tasks in order, as `enter agent-1`. */
  readonly hooks: string[] = [];
  /** What the application's own calls threw at it. */
  readonly thrown: string[] = [];
  readonly #unsettled = new Map<object, string>();
  readonly #open = new Map<object, string>();
  #words = 0;
  #names = 0;

  constructor(call: RandomCall) {
    this.call = call;
    this.utterances = utterancesOf(call);
  }

  /** Words that nobody has said before: `w1 w2 w3`. */
  words(count: number, prefix = 'w'): string {
    return Array.from({ length: count }, () => `${prefix}${(this.#words += 1)}`).join(' ');
  }

  /** A name that nobody has: `agent-1`. */
  name(kind: string): string {
    return `${kind}-${(this.#names += 1)}`;
  }

  /** Something has to settle before the end, whichever way. */
  follow(what: string, promise: PromiseLike<unknown>): void {
    const token = {};
    this.#unsettled.set(token, what);
    const settle = () => void this.#unsettled.delete(token);
    // One after the other: a tool that hands a speech both waits for it.
    void promise.then(settle).then(undefined, settle);
  }

  /** A model's call lasts until this is disposed of. */
  open(what: string): Disposable {
    const token = {};
    this.#open.set(token, what);
    return { [Symbol.dispose]: () => void this.#open.delete(token) };
  }

  /** What was followed and has not settled, and what was opened and not closed. */
  get leftovers(): readonly string[] {
    return [...this.#unsettled.values(), ...this.#open.values()];
  }
}

/** Each word once in a call. */
function utterancesOf({ voices }: RandomCall): Utterance[] {
  let atMs = 0;
  return voices.map(({ pauseMs, lengthMs, kind, transcriptDelayMs, endsTurn }, index) => {
    const startMs = atMs + pauseMs;
    atMs = startMs + lengthMs;
    const text = kind === 'noise' ? '' : `u${index}a u${index}b u${index}c`;
    const eagerMs = transcriptDelayMs * 0.75;
    const turn = endsTurn ? { eagerMs, endMs: transcriptDelayMs + 100 } : { eagerMs };
    return { startMs, endMs: atMs, text, transcriptDelayMs, final: kind === 'speech', turn };
  });
}

/** The entry for the so-manieth time, beginning anew when the list is over. */
export const inTurn = <Entry>(entries: readonly Entry[], index: number): Entry | undefined => entries[index % entries.length];
