// @ts-check
// Does what docs/conformance/authors.md says, in an empty folder, with the packages as they would be published: writes its files, runs its
// commands, and looks whether the plugin has reached level 5. Needs the build.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackage } from './published/pack-package.mjs';
import { plainEnvironment } from './published/plain-environment.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const timeoutMs = 600_000;

/** In the order in which they stand: files to write, and commands to run. */
function readSteps() {
  const page = readFileSync(join(folder, 'docs/conformance/authors.md'), 'utf8');
  /** @type {({ file: string; text: string } | { command: string })[]} */
  const steps = [];
  for (const [, file, language, text = ''] of page.matchAll(/(?:\*\*`([^`]+)`\*\*\n\n)?```(\w+)\n(.*?)```/gs)) {
    if (file !== undefined) steps.push({ file, text });
    else if (language === 'sh') for (const command of text.trim().split('\n')) steps.push({ command });
  }
  return steps;
}

function main() {
  const work = mkdtempSync(join(tmpdir(), 'parley-authors-'));
  try {
    const tarballs = new Map([
      ['@parley/core', packPackage(join(folder, 'packages/core'), work)],
      ['@parley/conformance', packPackage(join(folder, 'test-harness'), work)],
    ]);
    let current = work;
    for (const step of readSteps()) {
      if ('file' in step) {
        mkdirSync(dirname(join(current, step.file)), { recursive: true });
        writeFileSync(join(current, step.file), step.text);
        continue;
      }
      console.log(`$ ${step.command}`);
      const [program, argument = ''] = step.command.split(' ');
      if (program === 'mkdir') mkdirSync(join(current, argument));
      else if (program === 'cd') current = join(current, argument);
      else run(step.command, { current, tarballs });
    }
    const { level, result } = JSON.parse(readFileSync(join(current, 'report.json'), 'utf8'));
    console.log(`level ${level}, ${result}`);
    return level === 5 && result === 'conforms' ? 0 : 1;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What no registry has yet is installed from its tarball. @param {string} command @param {{ current: string; tarballs: ReadonlyMap<string, string> }} options */
function run(command, { current, tarballs }) {
  const isInstall = command.startsWith('npm install');
  const parts = command.split(' ').map((part) => (isInstall ? (tarballs.get(part) ?? part) : part));
  const [program = '', ...parameters] = isInstall ? [...parts, '--no-audit', '--no-fund', '--prefer-offline'] : parts;
  const { status, error } = spawnSync(program, parameters, { cwd: current, stdio: 'inherit', timeout: timeoutMs, env: plainEnvironment() });
  if (status !== 0) throw new Error(`"${command}" failed: ${error?.message ?? `exit code ${status}`}`);
}

process.exitCode = main();
