import { existsSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from '@parley/core/provider';
import { exitCodes } from '../exit-codes.js';
import type { Arguments } from '../read-arguments.js';
import { agentOf } from '../run-worker.js';
import type { SettledOptions } from '../settle-options.js';
import { onStopSignals } from '../stop-signals.js';
import type { Surroundings } from '../surroundings.js';
import { UsageError } from '../usage-error.js';
import { type DevProcess, startDevProcess } from './dev-process.js';
import { WatchedFiles } from './watched-files.js';

/**
 * A worker for development: when a file changes, another is started with the new code, and once that takes calls, the old one takes no more
 * and ends when its last call does.
 *
 * @returns The exit code: that of the first worker, if it could not begin.
 */
export async function runDev(
  options: SettledOptions,
  { watch }: Arguments,
  { logger, surroundings }: { readonly logger: Logger; readonly surroundings: Surroundings },
): Promise<number> {
  const { clock, folder } = surroundings;
  const folders = watchedFolders(
    agentOf(options),
    watch.map((one) => resolve(folder, one)),
  );
  const generations = new Generations(logger);
  using _ = onStopSignals(clock, () => generations.close());
  using watched = await WatchedFiles.start({
    folders,
    clock,
    onChange: (paths) => {
      const [first = ''] = paths;
      const more = paths.length > 1 ? ` and ${paths.length - 1} more` : '';
      logger.log('info', `changed: ${relative(process.cwd(), first)}${more}; a worker starts with the new code`);
      generations.startNext();
    },
  });
  if (watched.isPartial) logger.log('warn', `not all folders below ${folders.join(', ')} are watched: there are too many`);
  logger.log('debug', `watching ${folders.map((one) => relative(process.cwd(), one) || '.').join(', ')}`);
  generations.startNext();
  // Awaited here: what is watched is given back when it is over.
  return await generations.ended;
}

/** The agent's package, for what it imports lies there mostly, and what else was asked for. */
function watchedFolders(agent: string | URL, more: readonly string[]): readonly string[] {
  const text = String(agent);
  const file = text.startsWith('file:') ? fileURLToPath(text) : resolve(text);
  const missing = [file, ...more].find((path) => !existsSync(path));
  if (missing !== undefined) throw new UsageError(`there is no ${missing}`);
  return [packageFolder(dirname(file)), ...more];
}

function packageFolder(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder;
    if (dirname(folder) === folder) return from;
  }
}

/** The workers of one `dev`: the one that takes calls, older ones that still have some, and the next, which is about to take over. */
class Generations {
  readonly #logger: Logger;
  readonly #all = new Set<DevProcess>();
  #current: DevProcess | undefined;
  #next: DevProcess | undefined;
  #isClosing = false;
  #end: (code: number) => void = () => {};
  /** Settles with the exit code once no worker is left and none will come. */
  readonly ended = new Promise<number>((resolveEnd) => {
    this.#end = resolveEnd;
  });

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  startNext(): void {
    if (this.#isClosing) return;
    // It has taken no call yet, and its code is old already.
    this.#next?.kill();
    const started = startDevProcess(() => this.#onRegistered(started));
    this.#next = started;
    this.#all.add(started);
    void started.exited.then((code) => this.#onExit(started, code));
  }

  close(): void {
    this.#isClosing = true;
    for (const one of this.#all) one.tell('close');
    if (this.#all.size === 0) this.#end(exitCodes.inOrder);
  }

  #onRegistered(started: DevProcess): void {
    if (this.#next !== started) return;
    const old = this.#current;
    this.#current = started;
    this.#next = undefined;
    if (old === undefined) return;
    this.#logger.log('info', 'the new code takes calls from now on; running ones stay on the old');
    old.tell('drain');
  }

  #onExit(one: DevProcess, code: number): void {
    this.#all.delete(one);
    const wasNext = this.#next === one;
    const wasCurrent = this.#current === one;
    if (wasNext) this.#next = undefined;
    if (wasCurrent) this.#current = undefined;
    if (this.#isClosing) {
      if (this.#all.size === 0) this.#end(exitCodes.inOrder);
      return;
    }
    if (wasNext && this.#current !== undefined)
      this.#logger.log('error', 'the new code does not start: running calls go on, new ones fail until another change');
    else if ((wasNext || wasCurrent) && this.#next === undefined) this.#end(code);
  }
}
