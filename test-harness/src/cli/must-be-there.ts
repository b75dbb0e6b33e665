import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Arguments } from './read-arguments.js';

/** What is named must be there before a run that takes minutes, and folders of what is written at its end. @throws {TypeError} One is not, or a folder is named in place of a file. */
export function mustBeThere({ wire, beside, json, badge }: Arguments): void {
  const named = [wire, ...beside, json, badge].flatMap((file) => (file === undefined ? [] : [resolve(file)]));
  const folder = named.find((path) => existsSync(path) && statSync(path).isDirectory());
  if (folder !== undefined) throw new TypeError(`${folder} is a folder: name a file`);
  const read = [wire, ...beside].filter((file) => file !== undefined);
  const folders = [json, badge].flatMap((file) => (file === undefined ? [] : [dirname(resolve(file))]));
  for (const path of [...read.map((file) => resolve(file)), ...folders]) {
    if (!existsSync(path)) throw new TypeError(`there is no ${path}`);
  }
}
