import type { CompiledRule, CompiledRules } from './compiled-rules.js';
import { type FilledSlots, matchPattern, wordsOf } from './pattern-match.js';

/** A rule that holds what was said. */
export interface RuleMatch {
  readonly rule: CompiledRule;
  readonly filled: FilledSlots;
}

/** Words beyond which a text is not searched for several sentences. */
const longestTurn = 80;

/**
 * The rules that hold what was said: one for the whole text or, if there is none, one for each of the sentences that it is made of, as a
 * caller's turn may be several utterances ("yes", "goodbye"). Nothing, if any part is left over: half of what was said may turn its
 * meaning round.
 */
export function matchRules(text: string, compiled: CompiledRules): RuleMatch[] {
  const words = wordsOf(text);
  const whole = matchSentence(words, compiled);
  if (whole !== undefined) return [whole];
  return words.length > longestTurn ? [] : (matchSentences(words, compiled) ?? []);
}

function matchSentence(words: readonly string[], { rules, slots }: CompiledRules): RuleMatch | undefined {
  for (const rule of rules) {
    const filled = matchPattern(rule.pattern, words, slots);
    if (filled !== undefined) return { rule, filled };
  }
  return undefined;
}

/** The longest first sentence after which the rest can be read, too. */
function matchSentences(words: readonly string[], compiled: CompiledRules): RuleMatch[] | undefined {
  /** What the text from a word on is made of; filled from the end. */
  const rests: (RuleMatch[] | undefined)[] = [];
  rests[words.length] = [];
  for (let start = words.length - 1; start >= 0; start--) {
    for (let end = words.length; end > start && rests[start] === undefined; end--) {
      const rest = rests[end];
      const first = rest === undefined ? undefined : matchSentence(words.slice(start, end), compiled);
      if (rest !== undefined && first !== undefined) rests[start] = [first, ...rest];
    }
  }
  return rests[0];
}
