import { WorkerClient, type WorkerLease } from '../worker/worker-client.js';

/** What the recogniser is to know. */
export interface Vocabulary {
  readonly grammar: string;
  /** All that the grammar uses. */
  readonly words: readonly string[];
  readonly pronunciations: readonly (readonly [string, string])[];
}

/** How long a silence may be that is not taken for unknown speech. */
export interface SilenceLimits {
  readonly maxPauseMs: number;
  readonly maxTrailingSilenceMs: number;
}

/** A call opens, feeds and finishes utterances, and is dropped. Its key tells it from every other call of the process. */
export type GrammarRequest =
  /** Loads what a first call would wait for, and checks the vocabulary. */
  | { readonly type: 'prewarm'; readonly vocabulary: Vocabulary }
  | { readonly type: 'open'; readonly callKey: string; readonly sessionId: string; readonly vocabulary: Vocabulary }
  | { readonly type: 'audio'; readonly callKey: string; readonly samples: Int16Array }
  | { readonly type: 'finish'; readonly callKey: string; readonly limits: SilenceLimits }
  | { readonly type: 'drop'; readonly callKey: string };

/** What one utterance came to. Times count from the first sample fed. */
export interface Utterance {
  /** Empty if no word of the grammar was found. */
  readonly text: string;
  readonly isUnderstood: boolean;
  readonly words: readonly { readonly text: string; readonly startMs: number; readonly endMs: number }[];
}

export interface GrammarReply {
  /** The words so far. */
  readonly text?: string;
  readonly utterance?: Utterance;
}

export type GrammarLease = WorkerLease<GrammarRequest, GrammarReply>;

/** The one recogniser thread of the process. Each call has at most one request under way, so their number is the bound. */
export const grammarWorker = new WorkerClient<GrammarRequest, GrammarReply>({
  url: new URL('./grammar-worker.mjs', import.meta.url),
  name: 'parley-soundswallower',
  maxInFlight: Infinity,
});
