import { existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';

/** The file that a module's name stands for, seen from a folder; it may not be there. @throws {TypeError} No such package is installed, or it is a folder. */
export function moduleFile(name: string, folder: string): string {
  const file = resolve(folder, name);
  const isThere = existsSync(file);
  if (isThere && statSync(file).isDirectory())
    throw new TypeError(`${file} is a folder: name the built file, such as ${join(name, 'dist/index.js')}`);
  if (name.startsWith('.') || isAbsolute(name) || isThere) return file;
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch (error) {
    throw new TypeError(`there is no file ${file}, and no package "${name}" is installed here`, { cause: error });
  }
}
