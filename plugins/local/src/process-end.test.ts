import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Runs a program with sources of ours, and gives what it printed once it has ended by itself. */
function run(...args: readonly string[]): Promise<{ readonly code: number | null; readonly printed: string }> {
  const child = spawn(process.execPath, ['--conditions=@parley/source', '--import', 'tsx', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 50_000,
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, printed }));
  });
}

test('a process that used both workers and closed nothing ends by itself', { timeout: 60_000 }, async () => {
  expect(await run(fileURLToPath(new URL('./__fixtures__/leave-open.ts', import.meta.url)))).toEqual({ code: 0, printed: 'yes please' });
});

test('importing the plugin starts no worker, and loads no engine', { timeout: 60_000 }, async () => {
  const index = JSON.stringify(new URL('./index.ts', import.meta.url).href);
  const program = `
    const state = () => ({ workers: process.report.getReport().workers.length, listeners: process.listenerCount('uncaughtException') });
    const before = state();
    const { createFliteTTS, createLocal } = await import(${index});
    const local = createLocal({ rules: [{ when: 'yes', say: 'Yes.' }], otherwise: 'What?' });
    const made = [createFliteTTS(), local.stt(), local.llm(), local.tts()];
    console.log(JSON.stringify({ before, after: state(), made: made.length }));
  `;
  const { code, printed } = await run('--input-type=module', '--eval', program);
  const states = /^\{"before":(.*),"after":(.*),"made":4\}\n$/.exec(printed);
  expect([code, states?.[2]]).toEqual([0, states?.[1]]);
  expect(states?.[1]).toContain('"workers":');
});
