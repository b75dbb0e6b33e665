import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';

/** As much of a test runner as is needed to name tests and run them. */
export interface TestRunner {
  describe(name: string, define: () => void): void;
  test(name: string, options: { readonly timeoutMs: number }, run: (context: { skip(reason: string): void }) => Promise<void>): void;
}

/**
 * The runner that loads this file: vitest in its own processes, else `node:test`.
 *
 * Both are reached without waiting: tests must be there when the file that defines them has been read.
 */
export function whichRunner(): TestRunner {
  return process.env['VITEST'] === undefined ? nodeRunner() : vitestRunner();
}

type Skip = { skip(reason: string): void };

interface Vitest {
  describe(name: string, define: () => void): void;
  test(name: string, options: { readonly timeout: number }, run: (context: Skip) => Promise<void>): void;
}

const isVitest = (value: unknown): value is Vitest =>
  typeof value === 'object' && value !== null && 'describe' in value && 'test' in value && typeof value.test === 'function';

/**
 * vitest answers `require` of its name with an error, so its file is asked for: the one that `import` finds, which the runner has loaded.
 *
 * @throws {Error} It is not where it is expected.
 */
function vitestRunner(): TestRunner {
  const require = createRequire(join(process.cwd(), 'package.json'));
  const folder = folderOf(require.resolve('vitest/package.json'));
  const vitest: unknown = require(join(folder, entryOf(folder)));
  if (!isVitest(vitest)) throw new Error(`vitest in ${folder} exports no describe and test: this kit knows vitest 3 and 4`);
  return {
    describe: (name, define) => vitest.describe(name, define),
    test: (name, { timeoutMs }, run) => vitest.test(name, { timeout: timeoutMs }, run),
  };
}

function folderOf(file: string): string {
  const folder = dirname(file);
  if (!existsSync(folder)) throw new Error(`vitest is not at ${folder}`);
  return folder;
}

/** What `import 'vitest'` resolves to, in its folder. */
function entryOf(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  let target = at(at(at(manifest, 'exports'), '.'), 'import') ?? at(at(manifest, 'exports'), '.');
  if (typeof target === 'object') target = at(target, 'default');
  return typeof target === 'string' ? target : 'dist/index.js';
}

const at = (value: unknown, key: string): unknown => (typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined);

function nodeRunner(): TestRunner {
  return {
    describe: (name, define) => void describe(name, define),
    test: (name, { timeoutMs }, run) => void test(name, { timeout: timeoutMs }, (context) => run(context)),
  };
}
