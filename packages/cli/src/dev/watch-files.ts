import { type FSWatcher, watch } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@parley/core/provider';

/** What a program is made of. A recording that the agent writes is none of it. */
const source = /\.([cm]?[jt]sx?|json|env)$/;
const leftOut = /^(\.(?!env$).*|node_modules|coverage)$/;
/** An editor writes a file in several steps, and a build many files. */
const settleMs = 150;
/** Folders that are watched at most: a tree with more is not the agent's alone. */
const mostFolders = 2000;

export interface WatchedFiles extends Disposable {
  /** There were more folders than are watched. */
  readonly isPartial: boolean;
}

export interface WatchOptions {
  readonly folders: readonly string[];
  readonly clock: Clock;
  /** Once those that changed have been at rest for a moment: the paths of some of them. */
  readonly onChange: (paths: readonly string[]) => void;
}

/**
 * Watches the sources in folders and all that is below them, `node_modules` and what begins with a dot aside. A file counts as changed when
 * its time or size is another: editors and backups touch more than they change.
 */
export async function watchFiles({ folders, clock, onChange }: WatchOptions): Promise<WatchedFiles> {
  const known = new Map<string, string>();
  const watchers = new Map<string, FSWatcher>();
  const touched = new Set<string>();
  let cancel = () => {};
  let isOver = false;
  let isPartial = false;

  const look = async (): Promise<void> => {
    const changed: string[] = [];
    for (const path of [...touched]) {
      touched.delete(path);
      const print = await fingerprint(path);
      if (print === 'folder') await add(path, changed);
      else if (source.test(path) && known.get(path) !== print) changed.push(path);
      if (print === undefined) known.delete(path);
      else if (print !== 'folder') known.set(path, print);
    }
    if (changed.length > 0 && !isOver) onChange(changed);
  };
  const touch = (path: string) => {
    touched.add(path);
    cancel();
    cancel = clock.after(settleMs, () => void look());
  };
  /** @param found Files that were not known, if somebody wants to know. */
  const add = async (folder: string, found?: string[]): Promise<void> => {
    if (isOver || watchers.has(folder)) return;
    isPartial ||= watchers.size >= mostFolders;
    if (watchers.size >= mostFolders) return;
    const watcher = watch(folder, (_, name) => {
      if (name !== null && !leftOut.test(name)) touch(join(folder, name));
    });
    // One that is removed is of no interest any more.
    const stop = () => {
      watcher.close();
      watchers.delete(folder);
    };
    watcher.on('error', stop);
    watchers.set(folder, watcher);
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (leftOut.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await add(path, found);
      else if (source.test(entry.name)) {
        if (!known.has(path)) found?.push(path);
        known.set(path, (await fingerprint(path)) ?? '');
      }
    }
  };

  for (const folder of folders) await add(folder);
  return {
    get isPartial() {
      return isPartial;
    },
    [Symbol.dispose]() {
      isOver = true;
      cancel();
      for (const watcher of watchers.values()) watcher.close();
    },
  };
}

async function fingerprint(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : `${found.mtimeMs} ${found.size}`;
  } catch {
    return undefined;
  }
}
