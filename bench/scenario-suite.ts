import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchRow } from './bench-row.js';
import { repositoryFolder } from './repository-folder.js';

const root = fileURLToPath(repositoryFolder);
const vitest = fileURLToPath(new URL('node_modules/vitest/vitest.mjs', repositoryFolder));
/** Where the scenarios of a session are, all on the virtual clock. */
const folder = 'packages/core/src/session';
const timeoutMs = 120_000;
const run = promisify(execFile);

/** The scenarios of a session as those who work on it run them: in two processes, the whole command, its start and its compiling. The random calls are none. */
export async function measureScenarioSuite(): Promise<readonly BenchRow[]> {
  const startMs = performance.now();
  const parameters = [vitest, 'run', '--maxWorkers=2', '--reporter=json', '--silent=true', '--exclude=**/random-calls*.test.ts', folder];
  const { stdout } = await run(process.execPath, parameters, { cwd: root, timeout: timeoutMs, maxBuffer: 64_000_000 });
  const durationMs = performance.now() - startMs;
  const report: unknown = JSON.parse(stdout);
  const tests = testsOf(report);
  const inTestsMs = tests.reduce((sum, test) => sum + test.durationMs, 0);
  return [
    { what: 'the whole process, starting and compiling included', figures: [durationMs / 1000], unit: 's', atMost: 8 },
    { what: 'of it in the scenarios themselves', figures: [inTestsMs / 1000], unit: 's' },
    { what: 'scenarios', figures: [tests.length], unit: 'tests' },
  ];
}

/** @throws {TypeError} That is no report of vitest's. */
function testsOf(report: unknown): readonly { readonly durationMs: number }[] {
  return listIn(report, 'testResults').flatMap((file) =>
    listIn(file, 'assertionResults').map((test) => {
      const duration: unknown = Reflect.get(Object(test), 'duration');
      return { durationMs: typeof duration === 'number' ? duration : 0 };
    }),
  );
}

function listIn(value: unknown, name: string): readonly unknown[] {
  const list: unknown = Reflect.get(Object(value), name);
  if (!Array.isArray(list)) throw new TypeError(`the report of the scenarios has no list "${name}"`);
  return list;
}
