import type { Level, RuleId } from './rule.js';

const levels: Readonly<Record<string, Level>> = { 1: 1, 2: 2, 3: 3, 4: 4, 5: 5 };

/** @throws {RangeError} The id has no level from 1 to 5. */
export function ruleLevel(id: RuleId): Level {
  const level = levels[/-(\d+)\.\d+$/.exec(id)?.[1] ?? ''];
  if (level === undefined) throw new RangeError(`a rule's id is KIND-LEVEL.NUMBER with a level from 1 to 5, not "${id}"`);
  return level;
}
