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
  { name: '@parley/silero', folder: 'plugins/silero' },
  { name: '@parley/local', folder: 'plugins/local' },
] as const;

/** Goals, where there are any: for the entry that applications import. */
const goals: Readonly<Record<string, Probe>> = { '@parley/core': { importMs: 50, rssMb: 11 } };

const probePath = fileURLToPath(new URL('bench/import-probe.mjs', repositoryFolder));
const run = promisify(execFile);

/** Each entry point as built and as users load it, in fresh processes, taking turns with bare Node. */
export async function measureImports({ isQuick }: MeasureOptions): Promise<readonly BenchRow[]> {
  const entries = (await Promise.all(packages.map(entriesOf))).flat();
  const bare: Probe[] = [];
  const probes = new Map(entries.map((entry): [string, Probe[]] => [entry, []]));
  // Once more than is counted: the first time, files come from the disk.
  for (let round = 0; round <= (isQuick ? 7 : 15); round += 1) {
    const bareProbe = await probe();
    if (round > 0) bare.push(bareProbe);
    for (const [entry, results] of probes) {
      const result = await probe(entry);
      if (round > 0) results.push(result);
    }
  }
  const bareMb = median(bare.map(({ rssMb }) => rssMb));
  const rows = [...probes].flatMap(([entry, results]): BenchRow[] => {
    const goal = goals[entry];
    return [
      row(`${entry}: import`, { figure: median(results.map(({ importMs }) => importMs)), unit: 'ms', atMost: goal?.importMs }),
      row(`${entry}: memory over bare Node`, {
        figure: median(results.map(({ rssMb }) => rssMb)) - bareMb,
        unit: 'MB',
        atMost: goal?.rssMb,
      }),
    ];
  });
  return [...rows, row('bare Node', { figure: bareMb, unit: 'MB', atMost: undefined })];
}

function row(
  what: string,
  { figure, unit, atMost }: { readonly figure: number; readonly unit: 'ms' | 'MB'; readonly atMost: number | undefined },
): BenchRow {
  return { what, figures: [figure], unit, ...(atMost === undefined ? {} : { atMost }) };
}

/** What can be imported of a package: its `exports`, but for plain files. */
async function entriesOf({ name, folder }: { readonly name: string; readonly folder: string }): Promise<readonly string[]> {
  const manifest: unknown = JSON.parse(await readFile(new URL(`${folder}/package.json`, repositoryFolder), 'utf8'));
  const exported: unknown = typeof manifest === 'object' && manifest !== null && 'exports' in manifest ? manifest.exports : undefined;
  if (typeof exported !== 'object' || exported === null) throw new Error(`${name}: its package.json has no "exports"`);
  return Object.entries(exported).flatMap(([path, target]) => (typeof target === 'object' ? [name + path.slice(1)] : []));
}

/** Without this process's own flags and hooks: plain Node. */
async function probe(entry?: string): Promise<Probe> {
  const parameters = entry === undefined ? [probePath] : [probePath, entry];
  const { stdout } = await run(process.execPath, parameters, { timeout: 30_000, env: { ...process.env, NODE_OPTIONS: '' } });
  const result: unknown = JSON.parse(stdout);
  if (typeof result !== 'object' || result === null || !('importMs' in result) || !('rssMb' in result))
    throw new Error(`the import probe answered ${stdout}`);
  const { importMs, rssMb } = result;
  if (typeof importMs !== 'number' || typeof rssMb !== 'number') throw new Error(`the import probe answered ${stdout}`);
  return { importMs, rssMb };
}
