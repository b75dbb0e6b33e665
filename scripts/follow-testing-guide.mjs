// @ts-check
// Does what docs/testing.md says, in a folder of its own, with the core as it would be published: writes its files, checks their types, and
// runs them by vitest and by node:test. Needs the build. What else they use is the repository's.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
const timeoutMs = 120_000;
/** What the examples import beside the core, what runs them, and what the core itself depends on. */
const borrowed = ['zod', 'vitest', '@types/node', 'ws', 'speex-resampler', '@standard-schema/spec'];
const tool = (/** @type {string} */ path) => join(folder, 'node_modules', path);

/** @param {string} page @returns {readonly { readonly file: string; readonly text: string }[]} */
function readFiles(page) {
  const blocks = [...page.matchAll(/(?:\*\*`([^`]+)`\*\*\n\n)?```(?:ts|js)\n(.*?)```/gs)];
  return blocks.map(([, file, text = '']) => {
    if (file === undefined) throw new Error(`docs/testing.md: an example has no file's name above it:\n${text}`);
    return { file, text };
  });
}

/** @param {string} into */
function installCore(into) {
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', join(folder, 'packages/core'), '--json', '--pack-destination', into], { encoding: 'utf8' }),
  );
  const core = join(into, 'node_modules/@parley/core');
  mkdirSync(core, { recursive: true });
  execFileSync('tar', ['-xzf', join(into, packed.filename), '--strip-components=1', '-C', core]);
  for (const name of borrowed) {
    mkdirSync(dirname(join(into, 'node_modules', name)), { recursive: true });
    symlinkSync(tool(name), join(into, 'node_modules', name));
  }
}

function main() {
  const work = realpathSync(mkdtempSync(join(tmpdir(), 'parley-testing-')));
  try {
    const files = readFiles(readFileSync(join(folder, 'docs/testing.md'), 'utf8'));
    for (const { file, text } of files) writeFileSync(join(work, file), text);
    writeFileSync(join(work, 'package.json'), JSON.stringify({ name: 'guide', type: 'module', private: true }));
    installCore(work);
    const types = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023,esnext.disposable',
      '--types',
      'node',
    ];
    const ofNode = files.map(({ file }) => file).filter((file) => file.includes('.node-test.'));
    const typed = files.map(({ file }) => file).filter((file) => file.endsWith('.ts'));
    /** @type {readonly (readonly string[])[]} */
    const runs = [
      [tool('typescript/bin/tsc'), ...types, ...typed],
      [tool('vitest/vitest.mjs'), 'run', '--root', work],
      ['--test', ...ofNode],
    ];
    const failed = runs.filter((parameters) => {
      const { status } = spawnSync(process.execPath, parameters, { cwd: work, stdio: 'inherit', timeout: timeoutMs });
      return status !== 0;
    });
    return failed.length === 0 ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

process.exitCode = main();
