import { inspect } from 'node:util';

const brand = Symbol.for('parley.conformance.violation');

/** A rule that does not hold: the message says what was expected and what came. */
export class Violation extends Error {
  override readonly name = 'Violation';
  readonly [brand] = true;
}

export const isViolation = (error: unknown): error is Violation => typeof error === 'object' && error !== null && brand in error;

/** @throws {Violation} The condition does not hold. */
export function mustHold(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Violation(message);
}

/** @throws {Violation} They are not the same, by value. `what` is a noun: "the first event". */
export function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [came, wanted] = [shown(actual), shown(expected)];
  if (came !== wanted) throw new Violation(`${what}: expected ${wanted}, got ${came}`);
}

/** A value in one line, keys in order, cut to what a person reads. */
export function shown(value: unknown): string {
  const text = inspect(value, { depth: 6, sorted: true, breakLength: Infinity, maxArrayLength: 20, maxStringLength: 300 });
  return text.length > 1000 ? `${text.slice(0, 1000)}…` : text;
}
