import { fork } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { watchMemory } from '../process/memory-watch.js';
import type { ImportFacts } from './package-facts.js';

const deadlineMs = 30_000;
/** All memory, buffers included, as when rules are proven. */
const mostMb = 1536;
/** After it has said all: what keeps a process that long is no work, but left open. */
const endMs = 3000;
/** Node 20 says so of every `require` of an ES module. */
const nodeWarnings = /^\((node:\d+\) |Use `node --trace-warnings).*$/gm;
const mostPrinted = 1000;

const nothing: ImportFacts = { importDeeds: [], createDeeds: [], names: [], instances: {}, printed: '', hasEnded: false };
const isFacts = (value: unknown): value is Partial<ImportFacts> => typeof value === 'object' && value !== null;

/** Imports a package that was installed in a folder, in a process of its own. */
export async function probeImport(folder: string, name: string): Promise<ImportFacts> {
  const file = join(folder, 'parley-import-probe.mjs');
  await copyFile(fileURLToPath(new URL('./import-probe.mjs', import.meta.url)), file);
  const child = fork(file, [name], { cwd: folder, silent: true, execArgv: ['--max-old-space-size=512'] });
  let said: Partial<ImportFacts> | undefined;
  let printed = '';
  let isKilled = false;
  let isTooLarge = false;
  const kill = () => {
    isKilled = true;
    child.kill('SIGKILL');
  };
  using _memory = watchMemory(child.pid ?? 0, mostMb, () => {
    isTooLarge = true;
    kill();
  });
  let timer = setTimeout(kill, deadlineMs);
  child.on('message', (message) => {
    if (isFacts(message)) said = message;
    clearTimeout(timer);
    timer = setTimeout(kill, endMs);
    // A channel that is listened to keeps both ends alive.
    child.channel?.unref();
  });
  const print = (chunk: Buffer) => {
    if (printed.length < mostPrinted) printed += chunk.toString();
  };
  child.stdout?.on('data', print);
  child.stderr?.on('data', print);
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  clearTimeout(timer);
  const own = { printed: printed.replaceAll(nodeWarnings, '').trim(), hasEnded: !isKilled };
  if (said !== undefined) return { ...nothing, ...said, ...own };
  if (isTooLarge)
    return { ...nothing, ...own, importError: `the import took more than ${mostMb} MB of memory, buffers included, and was ended` };
  const how = isKilled ? `did not come to an end within ${deadlineMs / 1000} s` : `ended the process with exit code ${code ?? 'none'}`;
  return { ...nothing, ...own, importError: `the import ${how}` };
}
