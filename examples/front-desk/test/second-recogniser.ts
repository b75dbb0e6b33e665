import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const python = process.env['PARLEY_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('judge.py', import.meta.url));

/**
 * Whether the second recogniser is there (`pip install pocketsphinx==5.1.1`; `PARLEY_PYTHON` names the Python that has it).
 *
 * @throws {Error} It is missing, and `PARLEY_REQUIRE` says that it must not be.
 */
export function hasSecondRecogniser(): boolean {
  const isThere = spawnSync(python, ['-c', 'import pocketsphinx']).status === 0;
  const isRequired = (process.env['PARLEY_REQUIRE'] ?? '').split(',').includes('pocketsphinx');
  if (!isThere && isRequired) throw new Error(`PARLEY_REQUIRE names pocketsphinx, but ${python} has none: pip install pocketsphinx==5.1.1`);
  if (!isThere)
    process.stderr.write(
      `\nSKIPPED: ${python} has no pocketsphinx, so nobody judges what the agent says (pip install pocketsphinx==5.1.1)\n\n`,
    );
  return isThere;
}

/** What the second recogniser hears in each stretch: 16 kHz mono. */
export async function recognise(stretches: readonly Int16Array[]): Promise<string[]> {
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  for (const samples of stretches) {
    const header = Buffer.alloc(4);
    header.writeUInt32LE(samples.byteLength);
    child.stdin.write(header);
    child.stdin.write(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  }
  child.stdin.end();
  await once(child, 'exit');
  if (child.exitCode !== 0) throw new Error(`${python} ${script} ended with ${child.exitCode}`);
  return (await output).split('\n').slice(0, stretches.length);
}
