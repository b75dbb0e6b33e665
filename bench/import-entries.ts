import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchRow } from './bench-row.js';
import type { MeasureOptions } from './measurement.js';
import { repositoryFolder } from './repository-folder.js';
import { median } from './statistics.js';

interface Probe {
  readonly importMs: number;
  readonly rssMb: number;
}

const packages = [
  { name: '@parley/core', folder: 'packages/core' },
  { name: '@parley/deepgram', folder: 'plugins/deepgram' },
  { name: '@parley/elevenlabs', folder: 'plugins/elevenlabs' },
  { name: '@parley/openai', folder: 'plugins/openai' },
  { name: '@parley/silero', folder: 'plugins/silero' },
  { name: '@parley/local', folder: 'plugins/local' },
] as const;

/** What applications import first: shown by one name, so that ours and the peer's stand side by side. */
const mainEntry = 'main entry';
const mainGoal: Probe = { importMs: 50, rssMb: 11 };

const probePath = fileURLToPath(new URL('bench/import-probe.mjs', repositoryFolder));
const run = promisify(execFile);

interface Entry {
  readonly name: string;
  /** What the process imports. */
  readonly specifier: string;
}

/** Each entry point as built and as users load it, in fresh processes, taking turns with bare Node. Of the peer, the only one it has. */
export async function measureImports({ isQuick, subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  const entries = subject.name === 'peer' ? peerEntries : (await Promise.all(packages.map(entriesOf))).flat();
  const bare: Probe[] = [];
  const probes = entries.map((entry): { readonly entry: Entry; readonly results: Probe[] } => ({ entry, results: [] }));
  // Once more than is counted: the first time, files come from the disk.
  for (let round = 0; round <= (isQuick ? 7 : 15); round += 1) {
    const bareProbe = await probe();
    if (round > 0) bare.push(bareProbe);
    for (const { entry, results } of probes) {
      const result = await probe(entry.specifier);
      if (round > 0) results.push(result);
    }
  }
  const bareMb = median(bare.map(({ rssMb }) => rssMb));
  const rows = probes.flatMap(({ entry: { name }, results }): BenchRow[] => {
    const goal = name === mainEntry ? mainGoal : undefined;
    return [
      row(`${name}: import`, { figure: median(results.map(({ importMs }) => importMs)), unit: 'ms', atMost: goal?.importMs }),
      row(`${name}: memory over bare Node`, {
        figure: median(results.map(({ rssMb }) => rssMb)) - bareMb,
        unit: 'MB',
        atMost: goal?.rssMb,
      }),
    ];
  });
  return subject.name === 'peer' ? rows : [...rows, row('bare Node', { figure: bareMb, unit: 'MB', atMost: undefined })];
}

const peerEntries: readonly Entry[] = [{ name: mainEntry, specifier: new URL('bench/peer/peer-entry.mjs', repositoryFolder).href }];

function row(
  what: string,
  { figure, unit, atMost }: { readonly figure: number; readonly unit: 'ms' | 'MB'; readonly atMost: number | undefined },
): BenchRow {
  return { what, figures: [figure], unit, ...(atMost === undefined ? {} : { atMost }) };
}

/** What can be imported of a package: its `exports`, but for plain files. */
async function entriesOf({ name, folder }: { readonly name: string; readonly folder: string }): Promise<readonly Entry[]> {
  const manifest: unknown = JSON.parse(await readFile(new URL(`${folder}/package.json`, repositoryFolder), 'utf8'));
  const exported: unknown = typeof manifest === 'object' && manifest !== null && 'exports' in manifest ? manifest.exports : undefined;
  if (typeof exported !== 'object' || exported === null) throw new Error(`${name}: its package.json has no "exports"`);
  return Object.entries(exported).flatMap(([path, target]) => {
    const specifier = name + path.slice(1);
    return typeof target === 'object' ? [{ name: specifier === '@parley/core' ? mainEntry : specifier, specifier }] : [];
  });
}

/** Without this process's own flags and hooks: plain Node. */
async function probe(specifier?: string): Promise<Probe> {
  const parameters = specifier === undefined ? [probePath] : [probePath, specifier];
  const { stdout } = await run(process.execPath, parameters, { timeout: 30_000, env: { ...process.env, NODE_OPTIONS: '' } });
  const result: unknown = JSON.parse(stdout);
  if (typeof result !== 'object' || result === null || !('importMs' in result) || !('rssMb' in result))
    throw new Error(`the import probe answered ${stdout}`);
  const { importMs, rssMb } = result;
  if (typeof importMs !== 'number' || typeof rssMb !== 'number') throw new Error(`the import probe answered ${stdout}`);
  return { importMs, rssMb };
}
