// @ts-check
// Words that no file of the repository may hold: work put off without an issue that keeps it, and places of somebody's machine.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { trackedFiles } from './tracked-files.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));

// Built from parts, so that this file itself is clean.
const later = ['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', 'HA' + 'CK'].join('|');
const homes = ['/' + 'work', '/' + 'root', '/' + 'home/[a-z]\\w*', '/' + 'Users/[A-Za-z]\\w*'].join('|');

/** @type {readonly { readonly pattern: RegExp; readonly problem: string; readonly only?: string }[]} */
const rules = [
  {
    pattern: new RegExp(`\\b(?:${later})\\b(?!\\(#\\d+\\))`),
    problem: 'put off without an issue: name it, as in TO' + 'DO(#12), or do it',
  },
  { pattern: new RegExp(`(?<![\\w.@~$}/-])(?:${homes})/`), problem: "a path of somebody's machine" },
  { pattern: /^(?:<{7}|>{7}) /, problem: 'a merge that was not finished' },
  {
    pattern: /"resolved": "https?:/,
    problem: 'a registry in the lock file: keep omit-lockfile-registry-resolved in .npmrc',
    only: 'package-lock.json',
  },
];

/** @param {string} path */
function problemsOf(path) {
  const content = readFileSync(join(folder, path));
  if (content.includes(0)) return [];
  const text = content.toString('utf8');
  const active = rules.filter((rule) => rule.only === undefined || rule.only === path);
  if (!active.some((rule) => new RegExp(rule.pattern, 'm').test(text))) return [];
  return text
    .split('\n')
    .flatMap((line, index) =>
      active.filter((rule) => rule.pattern.test(line)).map((rule) => `${path}:${index + 1}: ${rule.problem}: ${line.trim().slice(0, 120)}`),
    );
}

const problems = trackedFiles(folder).flatMap(problemsOf);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
