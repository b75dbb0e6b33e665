import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { isAbsolute, join, resolve } from 'node:path';

/** The file that a module's name stands for, seen from a folder; it may not be there. @throws {TypeError} No such package is installed. */
export function moduleFile(name: string, folder: string): string {
  const file = resolve(folder, name);
  if (name.startsWith('.') || isAbsolute(name) || existsSync(file)) return file;
  try {
    return createRequire(join(folder, 'package.json')).resolve(name);
  } catch (error) {
    throw new TypeError(`there is no file ${file}, and no package "${name}" is installed here`, { cause: error });
  }
}
