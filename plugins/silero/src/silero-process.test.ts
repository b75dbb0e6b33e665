import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';

// A process of its own starts slowly on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

/** Runs a program of ours to its end, with a home of its own; one that does not end is ended, and fails the test. */
async function run(name: string): Promise<{ readonly printed: string; readonly files: readonly string[] }> {
  const home = mkdtempSync(join(tmpdir(), 'parley-silero-'));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const file = fileURLToPath(new URL(`./__fixtures__/${name}`, import.meta.url));
  // In CI the runtime is quiet by itself.
  const { CI: _ci, ORT_DISABLE_TELEMETRY: _disabled, ...inherited } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=@parley/source', '--import', 'tsx', file], {
    timeout: 60_000,
    env: { ...inherited, HOME: home, XDG_CACHE_HOME: home, TMPDIR: home },
  });
  return { printed: stdout, files: readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) => !path.startsWith('tsx-')) };
}

test('a program that never closes its VAD ends by itself, and leaves no files', async () => {
  expect(await run('ends-by-itself.ts')).toEqual({ printed: '31 events\n', files: [] });
});

test('importing the plugin and making a VAD opens nothing and loads no runtime', async () => {
  expect(JSON.parse((await run('only-imports.ts')).printed)).toEqual({ opened: 0, loaded: [] });
});

test('closed while the model is being loaded, the process goes on', async () => {
  expect((await run('closes-while-loading.ts')).printed).toBe('closed\n');
});

test('closed in the midst of a run, the process goes on', async () => {
  expect((await run('closes-while-running.ts')).printed).toBe('closed\n');
});
