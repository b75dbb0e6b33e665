import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { copyFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLeakCheck } from '@parley/core/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readEvents } from './__fixtures__/read-events.js';
import { readWavPeaks } from '@parley/cli/call-view';
import { runDemo } from './run-demo.js';

const recording = fileURLToPath(new URL('../caller.wav', import.meta.url));
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-desk-demo-'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly text: string;
  readonly errors: string;
}

/** Runs the program in this process. `onText` is told what is shown. */
async function demo(
  argv: readonly string[],
  options: { readonly signal?: AbortSignal; readonly onText?: (text: string) => void } = {},
): Promise<Outcome> {
  let text = '';
  let errors = '';
  const code = await runDemo(argv, {
    folder,
    screen: {
      write: (more) => {
        text += more;
        options.onText?.(more);
      },
    },
    errors: {
      write: (more) => {
        errors += more;
      },
    },
    signal: options.signal ?? new AbortController().signal,
  });
  return { code, text, errors };
}

test.each([
  ['missing.wav', undefined, 'there is no such file'],
  ['empty.wav', Buffer.alloc(0), 'empty: not one byte'],
  ['text.wav', Buffer.from('This is a letter, not a call.\n'), 'not a WAV file'],
  ['head.wav', 'first 30 bytes', 'truncated: it ends within its header'],
  ['cut.wav', 'first 500000 bytes', 'truncated: 15.6 s of the 62.5 s that it announces are there'],
])('%s is refused in one line that names it, and nothing is written', async (name, content, what) => {
  const path = join(folder, name);
  const bytes = typeof content === 'string' ? (await readFile(recording)).subarray(0, Number(/\d+/.exec(content)?.[0])) : content;
  if (bytes !== undefined) await writeFile(path, bytes);
  using leaks = createLeakCheck();
  const { code, errors, text } = await demo([name, '--out', 'out', '--fast']);
  expect([code, errors, text]).toEqual([2, `demo: ${path}: ${what}\n`, '']);
  expect(await readdir(folder)).toEqual(bytes === undefined ? [] : [name]);
  await leaks.assertNothingOpen();
});

test('arguments that make no sense are refused in one line', async () => {
  expect(await demo(['--quick'])).toEqual({ code: 2, text: '', errors: "demo: Unknown option '--quick'; --help says what there is\n" });
});

test('a folder that cannot be made is refused, and so is a recording that would be overwritten', async () => {
  await writeFile(join(folder, 'file'), '');
  const blocked = await demo(['--out', 'file/inside', '--fast']);
  expect([blocked.code, blocked.errors]).toEqual([2, `demo: ${join(folder, 'file', 'inside')}: no folder can be made there (ENOTDIR)\n`]);
  await copyFile(recording, join(folder, 'call.wav'));
  const same = await demo(['call.wav', '--out', '.']);
  expect([same.code, same.errors]).toEqual([
    2,
    `demo: ${join(folder, 'call.wav')}: is the recording and would be overwritten; choose another folder with --out\n`,
  ]);
  expect((await stat(join(folder, 'call.wav'))).size).toBe((await stat(recording)).size);
});

test('help tells the flags, the exit codes and what can be said', async () => {
  const { code, text } = await demo(['--help']);
  expect(code).toBe(0);
  for (const word of ['--out DIR', '--fast', 'Exit codes', 'book a table for four people']) expect(text).toContain(word);
});

test('a call that is stopped is written as far as it came, and nothing stays open', async () => {
  using leaks = createLeakCheck();
  const controller = new AbortController();
  const onText = (text: string) => {
    if (text.includes('hello what time')) controller.abort();
  };
  const { code, errors } = await demo(['--out', 'out', '--fast'], { signal: controller.signal, onText });
  expect([code, errors]).toEqual([130, '']);
  expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['call.html', 'call.jsonl', 'call.wav']);
  const events = await readEvents(join(folder, 'out', 'call.jsonl'));
  expect(events.at(-1)).toMatchObject({ type: 'close', reason: 'user' });
  const { durationMs } = await readWavPeaks(join(folder, 'out', 'call.wav'));
  expect(durationMs).toBeGreaterThan(8000);
  expect(durationMs).toBeLessThan(12_000);
  expect(await readFile(join(folder, 'out', 'call.html'), 'utf8')).toContain('hello what time do you open on sunday');
  await leaks.assertNothingOpen();
}, 60_000);

test('Ctrl-C ends the program with what there is, and leaves no process', async () => {
  const main = fileURLToPath(new URL('../main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--conditions=@parley/source', '--import', 'tsx', main, '--out', join(folder, 'out')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: folder },
  });
  const exited = once(child, 'exit');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    errors += String(text);
  });
  let text = '';
  for await (const more of child.stdout.setEncoding('utf8')) {
    text += String(more);
    if (text.includes('(speaking)') && !child.killed) child.kill('SIGINT');
  }
  expect([await exited, errors]).toEqual([[130, null], '']);
  expect(text).toContain('the call has ended (user)');
  expect((await readdir(join(folder, 'out'))).toSorted()).toEqual(['call.html', 'call.jsonl', 'call.wav']);
}, 60_000);
