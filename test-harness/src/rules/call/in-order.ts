import type { ProvableKind } from '../../subject/provables.js';
import type { Rule } from '../rule.js';

/** By level, then by number. */
export function inOrder<Kind extends ProvableKind>(rules: readonly Rule<Kind>[]): readonly Rule<Kind>[] {
  return rules.toSorted((left, right) => place(left.id) - place(right.id));
}

function place(id: string): number {
  const [, level = '0', number = '0'] = /-(\d)\.(\d+)$/.exec(id) ?? [];
  return Number(level) * 1000 + Number(number);
}
