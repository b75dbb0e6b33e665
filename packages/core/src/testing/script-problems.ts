/** What a script did not foresee, or foresaw in vain. Collected, and thrown all at once at the end: the first alone would hide the rest. */
export class ScriptProblems {
  readonly #problems: string[] = [];

  add(problem: string): void {
    this.#problems.push(problem);
  }

  /** @throws {Error} Something went otherwise than scripted; lists it all. */
  assertNone(): void {
    if (this.#problems.length > 0) throw new Error(`the call did not go as scripted:\n- ${this.#problems.join('\n- ')}`);
  }
}
