import type { Pattern } from './pattern.js';
import type { Slots } from './slots.js';

/**
 * Patterns and slots as a grammar in JSGF, which the recogniser reads: one public rule, one for each slot.
 *
 * @see https://www.w3.org/TR/jsgf/
 */
export function rulesGrammar(patterns: readonly Pattern[], slots: Slots): string {
  const slotRules = [...slots].map(([name, phrases]) => `<slot_${name}> = ${phrases.map(({ words }) => words.join(' ')).join(' | ')};`);
  const sentences = patterns.map((pattern) => `(${toJsgf(pattern)})`).join('\n  | ');
  return ['#JSGF V1.0;', 'grammar parley;', `public <utterance> = ${sentences};`, ...slotRules, ''].join('\n');
}

function toJsgf(pattern: Pattern): string {
  switch (pattern.type) {
    case 'word':
      return pattern.word;
    case 'sequence':
      return pattern.parts.map(toJsgf).join(' ');
    case 'choice':
      return `(${pattern.options.map(toJsgf).join(' | ')})`;
    case 'optional':
      return `[${toJsgf(pattern.part)}]`;
    case 'slot':
      return `<slot_${pattern.slot}>`;
    default:
      return pattern satisfies never;
  }
}
