// @ts-check
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { trackedFiles } from '../check/tracked-files.mjs';

/**
 * A copy of the repository to plant faults in: its files, and its installed packages by link. Our own packages are those of the copy.
 *
 * @param {string} folder The repository's folder.
 * @returns {{ readonly folder: string; readonly plant: (fault: import('./fault.mjs').Fault) => () => void; readonly remove: () => void }}
 *   `plant` returns what takes the fault away again.
 */
export function createScratchCopy(folder) {
  const copy = realpathSync(mkdtempSync(join(tmpdir(), 'parley-scratch-')));
  for (const path of trackedFiles(folder)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    cpSync(join(folder, path), join(copy, path));
  }
  linkPackages(folder, copy);
  // Files are listed through git.
  execFileSync('git', ['init', '--quiet'], { cwd: copy });
  // .gitignore names folders; here they are links.
  writeFileSync(join(copy, '.git/info/exclude'), 'node_modules\n');
  return { folder: copy, plant: (fault) => plant(fault, copy), remove: () => rmSync(copy, { recursive: true, force: true }) };
}

/** @param {string} from @param {string} to Both are repositories. */
function linkPackages(from, to) {
  mkdirSync(join(to, 'node_modules/@parley'), { recursive: true });
  for (const name of readdirSync(join(from, 'node_modules'))) {
    if (name !== '@parley' && name !== '.cache') symlinkSync(join(from, 'node_modules', name), join(to, 'node_modules', name));
  }
  // Relative links into the repository's own folders: the same in the copy.
  cpSync(join(from, 'node_modules/@parley'), join(to, 'node_modules/@parley'), { recursive: true, verbatimSymlinks: true });
  const tools = 'scripts/published/tools/node_modules';
  if (existsSync(join(from, tools))) symlinkSync(join(from, tools), join(to, tools));
  for (const group of ['packages', 'plugins', 'examples']) {
    for (const name of readdirSync(join(to, group))) {
      const own = join(group, name, 'node_modules');
      if (existsSync(join(from, own))) symlinkSync(join(from, own), join(to, own));
    }
  }
}

/** @param {import('./fault.mjs').Fault} fault @param {string} folder */
function plant(fault, folder) {
  /** @type {(() => void)[]} */
  const undo = [];
  for (const [path, content] of Object.entries(fault.files ?? {})) {
    const file = join(folder, path);
    if (existsSync(file)) throw new Error(`the fault "${fault.fault}" would overwrite ${path}`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    undo.push(() => rmSync(file));
  }
  for (const [path, change] of Object.entries(fault.edits ?? {})) {
    const file = join(folder, path);
    const text = readFileSync(file, 'utf8');
    const changed = change(text);
    if (changed === text) throw new Error(`the fault "${fault.fault}" changes nothing in ${path}`);
    writeFileSync(file, changed);
    undo.push(() => writeFileSync(file, text));
  }
  return () => {
    for (const step of undo.toReversed()) step();
  };
}
