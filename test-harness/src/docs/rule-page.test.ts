import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { withRules } from './rule-page.js';

test('docs/conformance/v1.md lists the rules that there are; else: npm run rules -w @parley/conformance', async () => {
  const page = await readFile(new URL('../../../docs/conformance/v1.md', import.meta.url), 'utf8');
  expect(page).toBe(withRules(page));
});

test('a page without marks is not written over', () => {
  expect(() => withRules('# Rules')).toThrow('lacks the marks');
});
