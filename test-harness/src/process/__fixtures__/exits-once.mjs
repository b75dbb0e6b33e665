import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pluginOf } from './good-llm.mjs';

// Of all the processes of one run only the first that calls it.
const mark = join(tmpdir(), `parley-exits-once-${process.ppid}`);
export const parleyPlugin = pluginOf(async function* () {
  if (!existsSync(mark)) {
    writeFileSync(mark, '');
    process.exit(3);
  }
  yield { type: 'finish', reason: 'stop' };
});
