import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { moduleFile } from './module-file.js';
import { mustBeThere } from './must-be-there.js';
import { readArguments } from './read-arguments.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-wrong-use-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a folder as the module is told, with what to name', () => {
  expect(() => moduleFile(folder, '/')).toThrow(/is a folder: name the built file, such as .*index\.js/);
});

test.each(['wire', 'json', 'badge'] as const)('a folder as the file of --%s is told', (name) => {
  const parameters = { module: 'x.js', level: 5, beside: [], isLive: false, [name]: folder } as const;
  expect(() => mustBeThere(parameters)).toThrow(`${folder} is a folder: name a file`);
});

test('a badge is a picture or JSON, by its name', () => {
  expect(() => readArguments(['x.js', '--badge', 'badge.txt'])).toThrow('--badge is a file that ends in .svg or .json, not "badge.txt"');
  expect(readArguments(['x.js', '--badge', 'badge.svg'])).toMatchObject({ badge: 'badge.svg' });
});
