import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Arguments } from './read-arguments.js';

/** What is named must be there before a run that takes minutes, and folders of what is written at its end. @throws {TypeError} One is not. */
export function mustBeThere({ wire, beside, json, badge }: Arguments): void {
  const read = [wire, ...beside].filter((file) => file !== undefined);
  const folders = [json, badge].flatMap((file) => (file === undefined ? [] : [dirname(resolve(file))]));
  for (const path of [...read.map((file) => resolve(file)), ...folders]) {
    if (!existsSync(path)) throw new TypeError(`there is no ${path}`);
  }
}
