// @ts-check
import { DecoderPair } from './decoder-pair.mjs';

/** Pairs of decoders: what one core can decode as it is spoken, and 250 MB. */
const maxPairs = 4;
/** After so long without a call, a session's adaptation may go to another's. */
const idleSessionMs = 30_000;

/**
 * @typedef {{ readonly sessionId: string | undefined, readonly vocabulary: import('./decoder-pair.mjs').Vocabulary }} PairRequest
 * @typedef {{ readonly pair: DecoderPair, readonly pronunciations: string }} Entry
 */

/**
 * At most four pairs of decoders; who finds none waits, in order. A pair adapts to voice and line, so a session gets its own again if it
 * is free, and a pair is reset before another session has it: what one caller says changes nothing for another.
 */
export class DecoderPool {
  /** @type {Entry[]} */
  #idle = [];
  /** Idle, busy and being made. */
  #count = 0;
  /** Who waits for a pair to be given back. @type {(() => void)[]} */
  #waiting = [];
  /** @type {Map<DecoderPair, Entry>} */
  #busy = new Map();

  /**
   * @param {PairRequest} request
   * @param {{ isWanted: boolean }} interest Set to false to give up: then the result is undefined.
   * @returns {Promise<DecoderPair | undefined>} To be given back.
   */
  async take(request, interest) {
    for (;;) {
      if (!interest.isWanted) return undefined;
      const pronunciations = JSON.stringify(request.vocabulary.pronunciations);
      const entry = this.#choose(request.sessionId, pronunciations) ?? (await this.#replace(pronunciations));
      if (entry !== undefined) {
        this.#busy.set(entry.pair, entry);
        return this.#prepare(entry, request);
      }
      await new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
        this.#waiting.push(() => resolve());
      });
    }
  }

  /** @param {DecoderPair} pair */
  giveBack(pair) {
    const entry = this.#busy.get(pair);
    if (entry === undefined) return;
    this.#busy.delete(pair);
    pair.abandon();
    pair.usedAtMs = performance.now();
    this.#idle.push(entry);
    this.#waiting.shift()?.();
  }

  /** Those who gave up look again, and leave. */
  wakeAll() {
    for (const wake of this.#waiting.splice(0)) wake();
  }

  /**
   * @param {Entry} entry
   * @param {PairRequest} request
   */
  async #prepare({ pair }, { sessionId, vocabulary }) {
    try {
      if (pair.sessionId !== sessionId) await pair.reset();
      pair.sessionId = sessionId;
      pair.use(vocabulary);
      return pair;
    } catch (error) {
      this.giveBack(pair);
      throw error;
    }
  }

  /**
   * The session's own, else a fresh one, else that of a session that has been quiet for long or, if no more can be made, the longest.
   *
   * @param {string | undefined} sessionId
   * @param {string} pronunciations
   */
  #choose(sessionId, pronunciations) {
    const fitting = this.#idle.filter((entry) => entry.pronunciations === pronunciations);
    const oldest = fitting[0];
    const isFree = oldest !== undefined && (this.#count >= maxPairs || performance.now() - oldest.pair.usedAtMs >= idleSessionMs);
    const chosen =
      fitting.find(({ pair }) => pair.sessionId === sessionId) ??
      fitting.find(({ pair }) => pair.sessionId === undefined) ??
      (isFree ? oldest : undefined);
    if (chosen !== undefined) this.#idle.splice(this.#idle.indexOf(chosen), 1);
    return chosen;
  }

  /**
   * A new pair, in place of an idle one with other pronunciations if there are as many as may be: a word once added stays.
   *
   * @param {string} pronunciations
   * @returns {Promise<Entry | undefined>}
   */
  async #replace(pronunciations) {
    if (this.#count >= maxPairs) {
      const other = this.#idle.shift();
      if (other === undefined) return undefined;
      other.pair.close();
      this.#count--;
    }
    this.#count++;
    return { pair: await DecoderPair.create(), pronunciations };
  }
}
