// Writes the frozen list and the page of the rules. A number that was frozen is not given to another rule: this refuses it, unless told.
import { readFile, writeFile } from 'node:fs/promises';
import { withRules } from '../src/docs/rule-page.js';
import { allRules } from '../src/rules/all-rules.js';

const frozenFile = new URL('../rules-v1.json', import.meta.url);
const pageFile = new URL('../../docs/conformance/v1.md', import.meta.url);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const frozen: unknown = JSON.parse(await readFile(frozenFile, 'utf8'));
const rules = Object.fromEntries(allRules.flatMap((group) => group.rules.map(({ id, title }) => [id, title])));
const changed = Object.entries(isRecord(frozen) ? frozen : {}).filter(([id, title]) => rules[id] !== title);
if (changed.length > 0 && !process.argv.includes('--refreeze')) {
  console.error(`frozen, and no longer so: ${changed.map(([id]) => id).join(', ')}. Before the first release: --refreeze`);
  process.exit(1);
}
await writeFile(frozenFile, `${JSON.stringify(rules, undefined, 2)}\n`);
await writeFile(pageFile, withRules(await readFile(pageFile, 'utf8')));
console.log(`${Object.keys(rules).length} rules`);
