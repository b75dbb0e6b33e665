import { levelNames, levels } from '../report/reached-level.js';
import { allRules, type RuleGroup } from '../rules/all-rules.js';
import { ruleLevel } from '../rules/rule-level.js';

const begin = '<!-- rules: written by `npm run rules -w @parley/conformance` from the rules themselves -->';
const end = '<!-- end of rules -->';

/** The page with its rules as they are now; what stands outside of the marks stays as it is. @throws {RangeError} A mark is missing. */
export function withRules(page: string): string {
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new RangeError(`the page lacks the marks "${begin}" and "${end}"`);
  return `${page.slice(0, from)}${begin}\n\n${allRules.map(section).join('\n\n')}\n\n${page.slice(to)}`;
}

function section({ prefix, title, rules }: RuleGroup): string {
  const parts = levels.flatMap((level) => {
    const own = rules.filter(({ id }) => ruleLevel(id) === level);
    if (own.length === 0) return [];
    const lines = own.map(({ id, title: what, why }) => `- **${id}** ${what} _${why}_`);
    return [`### ${prefix}, level ${level}: ${levelNames[level]}\n\n${lines.join('\n')}`];
  });
  return `## ${title} (${prefix})\n\n${parts.length === 0 ? 'No rules yet.' : parts.join('\n\n')}`;
}
