import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wavBytes } from '@parley/core/provider-kit';
import { afterEach, beforeEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('../parley.ts', import.meta.url));
const agent = fileURLToPath(new URL('../__fixtures__/call-agent.ts', import.meta.url));
const sampleRate = 16_000;
const headerBytes = 44;
/** Ended whatever a test comes to. */
const running = new Set<ChildProcess>();
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-call-'));
  // A voice from 400 to 1400 ms, then more time than the answer takes: the agent hangs up after it.
  const samples = new Int16Array(15 * sampleRate).fill(5000, 0.4 * sampleRate, 1.4 * sampleRate);
  writeFileSync(join(folder, 'caller.wav'), wavBytes(samples, sampleRate));
});
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
  rmSync(folder, { recursive: true });
});

/** `parley` with these arguments, for a user who stands in the folder of the recording. */
async function parley(...argv: readonly string[]) {
  const child = spawn(process.execPath, ['--conditions=@parley/source', '--import=tsx', program, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, INIT_CWD: folder },
  });
  running.add(child);
  let [out, wrong] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => (out += String(text)));
  child.stderr.setEncoding('utf8').on('data', (text) => (wrong += String(text)));
  const [code] = await once(child, 'close');
  return { code, out, wrong };
}

/** How long one side of the call's recording is loud, in milliseconds. */
function loudMs(path: string, side: 'caller' | 'agent'): number {
  const bytes = readFileSync(path);
  const samplesPerMs = bytes.readUInt32LE(24) / 1000;
  let loud = 0;
  for (let at = headerBytes + (side === 'caller' ? 0 : 2); at + 2 <= bytes.length; at += 4)
    if (Math.abs(bytes.readInt16LE(at)) > 2000) loud += 1;
  return loud / samplesPerMs;
}

test('call plays a recorded caller to the agent, shows what both say, and writes the call', { timeout: 60_000 }, async () => {
  const { code, out, wrong } = await parley('call', agent, 'caller.wav', '--out', 'written', '--metadata', 'but not today');
  expect([code, wrong]).toEqual([0, '']);
  expect(out).toMatch(/caller +how long are you open\n[^]*agent +until six, but not today\n/);
  expect(out).toContain('Written: written/call.wav, written/call.jsonl, written/call.html\n');
  const written = join(folder, 'written');
  expect(loudMs(join(written, 'call.wav'), 'caller')).toBeCloseTo(1000, -2);
  expect(loudMs(join(written, 'call.wav'), 'agent')).toBeCloseTo(600, -2);
  const events = readFileSync(join(written, 'call.jsonl'), 'utf8').trim().split('\n');
  expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ type: 'close' });
  expect(readFileSync(join(written, 'call.html'), 'utf8')).toContain('until six, but not today');
});
