import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@parley/core';
import { createDeferred } from '@parley/core/provider-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WatchedFiles } from './watched-files.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-watched-'));
  await mkdir(join(folder, 'src'));
  await mkdir(join(folder, 'node_modules'));
  await writeFile(join(folder, 'src/agent.ts'), 'one');
});
afterAll(() => rm(folder, { recursive: true }));

test('a source that changes is told, also in a folder that was made since; recordings and what is installed are not', async () => {
  let told = createDeferred<readonly string[]>();
  const all: string[] = [];
  using watched = await WatchedFiles.start({
    folders: [folder],
    clock: realClock,
    onChange: (paths) => {
      all.push(...paths);
      told.resolve(paths);
    },
  });
  expect(watched.isPartial).toBe(false);
  await writeFile(join(folder, 'src/call.wav'), 'sound');
  await writeFile(join(folder, 'node_modules/index.js'), 'installed');
  await writeFile(join(folder, 'src/agent.ts'), 'two, and longer');
  await told.promise;
  told = createDeferred();
  await mkdir(join(folder, 'src/tools'));
  await writeFile(join(folder, 'src/tools/book.ts'), 'new');
  await told.promise;
  told = createDeferred();
  await utimes(join(folder, 'src/tools/book.ts'), 1, 1);
  await told.promise;
  expect(new Set(all)).toEqual(new Set([join(folder, 'src/agent.ts'), join(folder, 'src/tools/book.ts')]));
});
