import { repositoryFolder } from './repository-folder.js';
import type { StartCall } from './load/bench-call.js';

/** Whose sessions are measured: ours, or those of `@livekit/agents`. */
export type SubjectName = 'parley' | 'peer';

/** How many calls are asked of it where all are at it at once: so many that figures are steady, so few that it keeps up. */
export interface SubjectSizes {
  /** Before memory is measured, and while it is. */
  readonly memory: { readonly firstCalls: number; readonly furtherCalls: number };
  readonly closing: {
    /** Before those that count: code, heap and buffers have grown to their size then. */
    readonly firstCalls: number;
    /** At most. */
    readonly rounds: number;
    /** Five times `atOnce`, or a multiple: a quick run makes rounds of a fifth. */
    readonly callsInRound: number;
    readonly atOnce: number;
    /** No further round is begun then; in a quick run, after a fifth of it. */
    readonly atMostMs: number;
  };
  /** Turns taken as fast as they go before a run that is to find the code compiled. */
  readonly warmUp: { readonly calls: number; readonly turns: number };
}

export interface Subject {
  readonly name: SubjectName;
  readonly startCall: StartCall;
  readonly sizes: SubjectSizes;
}

export const subjectSizes: Readonly<Record<SubjectName, SubjectSizes>> = {
  parley: {
    memory: { firstCalls: 50, furtherCalls: 450 },
    closing: { firstCalls: 1000, rounds: 10, callsInRound: 1000, atOnce: 50, atMostMs: Infinity },
    warmUp: { calls: 50, turns: 20 },
  },
  // What it does in a minute or so.
  peer: {
    memory: { firstCalls: 20, furtherCalls: 40 },
    closing: { firstCalls: 100, rounds: 100, callsInRound: 100, atOnce: 20, atMostMs: 60_000 },
    warmUp: { calls: 5, turns: 40 },
  },
};

/**
 * Loads what a subject's sessions need, and of the other nothing.
 *
 * @throws {Error} The peer is not installed.
 */
export async function loadSubject(name: SubjectName): Promise<Subject> {
  if (name === 'parley') {
    const { startFakeCall } = await import('./load/fake-call.js');
    return { name, startCall: startFakeCall, sizes: subjectSizes.parley };
  }
  // By address: it has packages of its own, which are there only when it is to be measured.
  const peer: unknown = await import(new URL('bench/peer/peer-call.mjs', repositoryFolder).href);
  const startCall: unknown = Reflect.get(Object(peer), 'startPeerCall');
  if (!isStartCall(startCall)) throw new Error('bench/peer/peer-call.mjs exports no startPeerCall');
  return { name, startCall, sizes: subjectSizes.peer };
}

const isStartCall = (value: unknown): value is StartCall => typeof value === 'function';
