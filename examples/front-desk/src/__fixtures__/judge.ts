import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const python = process.env['PARLEY_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('judge.py', import.meta.url));
/** Seconds of silence that the recogniser wants on either side of a sentence. */
const padding = new Int16Array(3200);

/**
 * Whether the second recogniser is installed.
 *
 * @throws {Error} It is not, and `PARLEY_REQUIRE` names it, as in CI.
 */
export async function hasJudge(): Promise<boolean> {
  const probe = spawn(python, ['-c', 'import pocketsphinx'], { stdio: 'ignore' });
  const isThere = await new Promise<boolean>((resolve) => {
    probe.on('error', () => resolve(false));
    probe.on('exit', (code) => resolve(code === 0));
  });
  if (!isThere && (process.env['PARLEY_REQUIRE'] ?? '').includes('pocketsphinx')) {
    throw new Error(`${python} has no pocketsphinx, which PARLEY_REQUIRE asks for: pip install pocketsphinx==5.1.1`);
  }
  return isThere;
}

/** What the second recogniser hears in each piece of speech (16 kHz, mono). */
export async function judge(pieces: readonly Int16Array[]): Promise<readonly string[]> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const exited = once(child, 'exit');
  child.stdin.end(pieces.map((piece) => `${JSON.stringify(base64([padding, piece, padding]))}\n`).join(''));
  let heard = '';
  for await (const text of child.stdout.setEncoding('utf8')) heard += String(text);
  await exited;
  const lines = heard.trimEnd().split('\n');
  if (lines.length !== pieces.length) throw new Error(`the judge answered ${lines.length} of ${pieces.length} pieces`);
  return lines;
}

function base64(parts: readonly Int16Array[]): string {
  return Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength))).toString('base64');
}
