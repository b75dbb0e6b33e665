/** What went otherwise than scripted. */
export interface ScriptProblem {
  readonly problem: string;
  /** When, on the clock; absent for what never happened. */
  readonly atMs?: number;
}

/** What there was in place of what was expected: `expected was one of: "a", "b"`. */
export const expectedOneOf = (known: readonly string[]): string =>
  `expected was ${known.length === 0 ? 'nothing' : `one of: ${known.map((one) => JSON.stringify(one)).join(', ')}`}`;

/** What a script did not foresee, or foresaw in vain. Collected, and thrown all at once at the end: the first alone would hide the rest. */
export class ScriptProblems {
  readonly #problems: ScriptProblem[] = [];

  /** @param atMs When it happened, on the clock. */
  add(problem: string, atMs?: number): void {
    this.#problems.push(atMs === undefined ? { problem } : { problem, atMs });
  }

  /**
   * @param timeline The call in lines, with the problems in their places.
   * @throws {Error} Something went otherwise than scripted; lists it all.
   */
  assertNone(timeline?: (problems: readonly ScriptProblem[]) => string): void {
    if (this.#problems.length === 0) return;
    const list = this.#problems.map(({ problem, atMs }) => `\n- ${atMs === undefined ? '' : `at ${Math.round(atMs)} ms `}${problem}`);
    const call = timeline === undefined ? '' : `\nthe call:\n${timeline(this.#problems)}`;
    throw new Error(`the call did not go as scripted:${list.join('')}${call}`);
  }
}
