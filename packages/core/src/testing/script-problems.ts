import { shown } from '../agent/check-options.js';
import { checkFields } from '../run/check-fields.js';

/** What went otherwise than scripted. */
export interface ScriptProblem {
  readonly problem: string;
  /** When, on the clock; absent for what never happened. */
  readonly atMs?: number;
}

/** What there was in place of what was expected: `expected was one of: "a", "b"`. */
export const expectedOneOf = (known: readonly string[]): string =>
  `expected was ${known.length === 0 ? 'nothing' : `one of: ${known.map((one) => JSON.stringify(one)).join(', ')}`}`;

/**
 * What a part of a call is scripted with.
 *
 * @param maker The function that makes the part, for the message.
 * @throws {TypeError} The script is no list, an entry has a field that there is not, or nobody takes down what was not foreseen.
 */
export function checkScripted(
  maker: string,
  { entries, problems, known }: { readonly entries: unknown; readonly problems: unknown; readonly known: readonly string[] },
): void {
  if (!Array.isArray(entries)) throw new TypeError(`${maker}: its script is ${shown(entries)}; it must be a list`);
  for (const [index, entry] of entries.entries()) checkFields(`${maker}, entry ${index}`, entry, known);
  if (problems instanceof ScriptProblems) return;
  throw new TypeError(`${maker}: the second argument must be a ScriptProblems, whose assertNone() tells what was not foreseen`);
}

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
