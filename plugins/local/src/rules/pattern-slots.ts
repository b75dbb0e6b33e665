import type { Pattern } from './pattern.js';

/** The slots of a pattern: which it names, which of them every sentence fills, and which a sentence could fill twice. */
export interface PatternSlots {
  readonly all: ReadonlySet<string>;
  readonly always: ReadonlySet<string>;
  readonly twice: ReadonlySet<string>;
}

export function patternSlots(pattern: Pattern): PatternSlots {
  switch (pattern.type) {
    case 'word':
      return { all: new Set(), always: new Set(), twice: new Set() };
    case 'slot':
      return { all: new Set([pattern.name]), always: new Set([pattern.name]), twice: new Set() };
    case 'optional':
      return { ...patternSlots(pattern.part), always: new Set() };
    case 'choice':
      return pattern.options.map(patternSlots).reduce((left, right) => ({
        all: union(left.all, right.all),
        always: intersection(left.always, right.always),
        twice: union(left.twice, right.twice),
      }));
    case 'sequence':
      return pattern.parts.map(patternSlots).reduce((left, right) => ({
        all: union(left.all, right.all),
        always: union(left.always, right.always),
        twice: union(union(left.twice, right.twice), intersection(left.all, right.all)),
      }));
    default:
      return pattern satisfies never;
  }
}

const union = (left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> => new Set([...left, ...right]);
const intersection = (left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...left].filter((name) => right.has(name)));
