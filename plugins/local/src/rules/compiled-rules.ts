import type { JsonObject } from '@parley/core/provider';
import type { LocalRule, LocalRules } from './local-rules.js';
import { type Pattern, parsePattern } from './pattern.js';
import { covers, holdsSilence } from './pattern-automaton.js';
import { type PatternSlots, patternSlots } from './pattern-slots.js';
import { rulesGrammar } from './rules-grammar.js';
import { readSlots, type Slots } from './slots.js';
import { templateNames } from './template.js';

/** A rule with its patterns read. What it does is as in `LocalRule`. */
export interface CompiledRule {
  readonly pattern: Pattern;
  readonly call: string | undefined;
  readonly convert: ((slots: JsonObject) => JsonObject) | undefined;
  readonly say: string | undefined;
  readonly then: string | undefined;
}

/** Rules that were found to be sound. */
export interface CompiledRules {
  readonly rules: readonly CompiledRule[];
  readonly slots: Slots;
  /** JSGF. */
  readonly grammar: string;
}

/**
 * Reads and checks rules.
 *
 * @throws {TypeError} It names the rule and says what is wrong: a malformed pattern, an unknown slot, a template that uses what was not
 * said, a rule that does nothing, a rule that can never be reached.
 */
export function compileRules({ slots: slotSources, rules: sources, otherwise, greeting }: LocalRules): CompiledRules {
  if (otherwise.trim() === '') throw new TypeError('`otherwise` is empty: a caller who is not understood must hear something');
  if (greeting?.trim() === '') throw new TypeError('`greeting` is empty: leave it out, or say something');
  if (sources.length === 0) throw new TypeError('there are no rules: give at least one');
  const slots = readSlots(slotSources ?? {});
  const rules = sources.map((rule, index) => compileRule(rule, index, slots));
  rules.forEach(({ pattern }, index) => {
    const earlier = rules.findIndex((other, otherIndex) => otherIndex < index && covers(other.pattern, pattern, slots));
    if (earlier < 0) return;
    throw ruleError(sources, index, `can never be told from ${ruleName(sources, earlier)}, which comes first and holds all that it holds`);
  });
  const patterns = rules.map(({ pattern }) => pattern);
  return { rules, slots, grammar: rulesGrammar(patterns, slots) };
}

function compileRule(rule: LocalRule, index: number, slots: Slots): CompiledRule {
  const fail = (what: string) => ruleError({ [index]: rule }, index, what);
  const sources = typeof rule.when === 'string' ? [rule.when] : rule.when;
  if (sources.length === 0) throw fail('has no pattern in `when`');
  const options = sources.map((source): Pattern => {
    try {
      return parsePattern(source);
    } catch (error) {
      throw new TypeError(fail(error instanceof Error ? error.message : 'cannot be read').message, { cause: error });
    }
  });
  const pattern: Pattern = { type: 'choice', options };
  const unknown = slotNames(pattern).find((slot) => !slots.has(slot));
  const known = [...slots.keys()].join(', ') || 'none are given';
  if (unknown !== undefined) throw fail(`has a slot '${unknown}' that is not among \`slots\` (${known})`);
  if (holdsSilence(pattern, slots)) throw fail('holds even when nothing is said: not all of a pattern can be optional');
  const named = patternSlots(pattern);
  const [twice] = named.twice;
  if (twice !== undefined) throw fail(`has the slot '${twice}' twice in a sentence: give one of them another name, as in {other:${twice}}`);
  const { call, arguments: convert, say, then } = rule;
  const compiled = { pattern, call: call ?? undefined, convert: convert ?? undefined, say: say ?? undefined, then: then ?? undefined };
  checkActions(compiled, named, fail);
  return compiled;
}

function checkActions({ call, convert, say, then }: CompiledRule, named: PatternSlots, fail: (what: string) => TypeError): void {
  if (call === undefined && say === undefined) throw fail('does nothing: give it `call`, `say` or both');
  if (call?.trim() === '') throw fail('has a `call` that names nothing: give the name of a tool');
  if (say?.trim() === '') throw fail('has an empty `say`: leave it out, or say something');
  if (call === undefined && (then !== undefined || convert !== undefined))
    throw fail('has `then` or `arguments` without `call`: they belong to a tool');
  const templates = [
    { field: 'say', template: say },
    { field: 'then', template: then },
  ];
  for (const { field, template } of templates) {
    for (const name of templateNames(template ?? '')) {
      if (field === 'then' && /^output(\.\w+)*$/.test(name)) continue;
      if (!named.all.has(name)) throw fail(`uses '{${name}}' in \`${field}\`, which is no slot of its pattern`);
      if (!named.always.has(name))
        throw fail(`uses '{${name}}' in \`${field}\`, which not each of its sentences has: make two rules of it`);
    }
  }
}

function slotNames(pattern: Pattern): string[] {
  switch (pattern.type) {
    case 'word':
      return [];
    case 'slot':
      return [pattern.slot];
    case 'optional':
      return slotNames(pattern.part);
    case 'sequence':
      return pattern.parts.flatMap(slotNames);
    case 'choice':
      return pattern.options.flatMap(slotNames);
    default:
      return pattern satisfies never;
  }
}

type RuleList = { readonly [index: number]: LocalRule };

function ruleName(rules: RuleList, index: number): string {
  const { when } = rules[index] ?? { when: '' };
  return `rule ${index + 1} (when '${typeof when === 'string' ? when : when.join("', '")}')`;
}

function ruleError(rules: RuleList, index: number, what: string): TypeError {
  return new TypeError(`${ruleName(rules, index)} ${what}`);
}
