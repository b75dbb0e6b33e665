import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchRow } from './bench-row.js';
import { demoLatencies } from './demo-latencies.js';
import { repositoryFolder } from './repository-folder.js';
import { percentile } from './statistics.js';

const root = fileURLToPath(repositoryFolder);
/** The call takes about a minute. */
const timeoutMs = 180_000;
const run = promisify(execFile);

/** The demo as its users run it, in real time: Silero, speech recognition, rule brain and flite, each at work on this machine. */
export async function measureDemoTurns(): Promise<readonly BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-bench-demo-'));
  try {
    const parameters = ['--conditions=@parley/source', '--import', 'tsx', 'examples/front-desk/main.ts', '--out', folder];
    await run(process.execPath, parameters, { cwd: root, timeout: timeoutMs, maxBuffer: 64_000_000 });
    const latencies = demoLatencies(await readFile(join(folder, 'call.jsonl'), 'utf8'));
    return [
      { what: 'end-of-turn decision -> first reply audio, p50', figures: [percentile(latencies, 0.5)], unit: 'ms', atMost: 200 },
      { what: 'end-of-turn decision -> first reply audio, max', figures: [percentile(latencies, 1)], unit: 'ms', atMost: 200 },
      { what: 'turns answered', figures: [latencies.length], unit: 'turns' },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
