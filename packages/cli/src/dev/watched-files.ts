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

export interface WatchOptions {
  readonly folders: readonly string[];
  readonly clock: Clock;
  /** Once those that changed have been at rest for a moment. */
  readonly onChange: (paths: readonly string[]) => void;
}

/**
 * Watches the sources in folders and all that is below them, `node_modules` and what begins with a dot aside. A file counts as changed when
 * its time or size is another: editors and backups touch more than they change.
 */
export class WatchedFiles implements Disposable {
  readonly #options: WatchOptions;
  /** Time and size, by path. */
  readonly #known = new Map<string, string>();
  readonly #watchers = new Map<string, FSWatcher>();
  #touched = new Set<string>();
  #cancel = () => {};
  #isOver = false;
  #isPartial = false;

  private constructor(options: WatchOptions) {
    this.#options = options;
  }

  static async start(options: WatchOptions): Promise<WatchedFiles> {
    const watched = new WatchedFiles(options);
    for (const folder of options.folders) await watched.#add(folder);
    return watched;
  }

  /** There are more folders than are watched. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  [Symbol.dispose](): void {
    this.#isOver = true;
    this.#cancel();
    for (const watcher of this.#watchers.values()) watcher.close();
  }

  #touch(path: string): void {
    this.#touched.add(path);
    this.#cancel();
    this.#cancel = this.#options.clock.after(settleMs, () => void this.#look());
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const touched = this.#touched;
    this.#touched = new Set();
    const changed: string[] = [];
    for (const path of touched) changed.push(...(await this.#changedAt(path)));
    if (changed.length > 0 && !this.#isOver) this.#options.onChange(changed);
  }

  async #changedAt(path: string): Promise<readonly string[]> {
    const now = await fingerprint(path);
    if (now === 'folder') return this.#add(path);
    const before = this.#known.get(path);
    if (now === undefined) this.#known.delete(path);
    else this.#known.set(path, now);
    return source.test(path) && before !== now ? [path] : [];
  }

  /** The files in it that were not known. */
  async #add(folder: string): Promise<readonly string[]> {
    if (this.#isOver || this.#watchers.has(folder)) return [];
    this.#isPartial ||= this.#watchers.size >= mostFolders;
    if (this.#watchers.size >= mostFolders) return [];
    this.#watch(folder);
    const found: string[] = [];
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (leftOut.test(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) found.push(...(await this.#add(path)));
      else if (entry.isFile()) found.push(...(await this.#changedAt(path)));
    }
    return found;
  }

  #watch(folder: string): void {
    const watcher = watch(folder, (_, name) => {
      if (name !== null && !leftOut.test(name)) this.#touch(join(folder, name));
    });
    // One that is removed is of no interest any more.
    watcher.on('error', () => {
      watcher.close();
      this.#watchers.delete(folder);
    });
    this.#watchers.set(folder, watcher);
  }
}

async function fingerprint(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    return found.isDirectory() ? 'folder' : `${found.mtimeMs} ${found.size}`;
  } catch {
    return undefined;
  }
}
