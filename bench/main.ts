import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchArguments, helpText, readBenchArguments, UsageError } from './bench-arguments.js';
import { type BenchRow, mergeBenchRuns } from './bench-row.js';
import { buildPackages, missingBuilds } from './build-packages.js';
import { loadNow, thisMachine } from './machine.js';
import { machineSpeedUs, referenceSpeedUs } from './machine-speed.js';
import type { Measurement } from './measurement.js';
import { inDigits, isReached, resultTable } from './result-table.js';
import { runInChild } from './run-in-child.js';
import { median } from './statistics.js';

type Run = Extract<BenchArguments, { readonly type: 'run' }>;

interface Result {
  readonly measurement: string;
  readonly loadBefore: number;
  readonly speedUs: number;
  readonly rows: readonly BenchRow[];
}

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    // npm runs this in the bench's folder; the user may be elsewhere.
    const current = process.env['INIT_CWD'] ?? process.cwd();
    const parsed = readBenchArguments(process.argv.slice(2), { current, bench: fileURLToPath(new URL('.', import.meta.url)) });
    if (parsed.type === 'run') return await measureAll(parsed, current);
    process.stdout.write(helpText);
    return 0;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`bench: ${error.message}`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function measureAll(run: Run, current: string): Promise<number> {
  if (!run.skipsBuild) buildPackages();
  const missing = missingBuilds();
  if (missing.length > 0) throw new Error(`not built: ${missing.join(', ')}; run without --no-build, or npm run build`);
  const machine = thisMachine();
  const startedAt = new Date().toISOString();
  console.log(
    `${machine.cpus} CPUs (${machine.cpuModel}), ${machine.memoryGb} GB, ${machine.platform}, Node ${machine.node}, load ${loadNow()}`,
  );
  console.log(
    `Speed is how long the machine takes to make and fire an AbortController: ${referenceSpeedUs} µs where the goals were set.\n`,
  );
  const results: Result[] = [];
  const failures: string[] = [];
  for (const measurement of run.chosen) {
    const loadBefore = loadNow();
    const speedUs = machineSpeedUs();
    try {
      const rows = await measureOne(measurement, run);
      results.push({ measurement: measurement.name, loadBefore, speedUs, rows });
      console.log(
        `${resultTable(`${measurement.name}: ${measurement.about} (load ${loadBefore}, speed ${inDigits(speedUs)} µs)`, rows)}\n`,
      );
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      failures.push(measurement.name);
      console.error(`bench: ${measurement.name} could not be measured: ${error.message}\n`);
    }
  }
  await writeResults(run, { startedAt, machine, isQuick: run.isQuick, results: results.map(inJson), failures });
  console.log(`${summary(results, failures)} Every run's figures: ${relative(current, run.jsonPath)}`);
  return failures.length === 0 ? 0 : 1;
}

async function measureOne(measurement: Measurement, { isQuick, profileFolder }: Run): Promise<readonly BenchRow[]> {
  const runs: (readonly BenchRow[])[] = [];
  const profilePath = profileFolder === undefined ? undefined : join(profileFolder, `${measurement.name}.cpuprofile`);
  // What was asked for by name runs at least once.
  const count = Math.max(1, isQuick ? measurement.runs.quick : measurement.runs.full);
  for (let index = 0; index < count; index += 1) runs.push(await runInChild(measurement, { isQuick, profilePath }));
  return mergeBenchRuns(runs);
}

async function writeResults({ jsonPath }: Run, results: unknown): Promise<void> {
  await mkdir(dirname(jsonPath), { recursive: true });
  await writeFile(jsonPath, `${JSON.stringify(results, undefined, 2)}\n`);
}

function inJson({ rows, ...result }: Result): unknown {
  return { ...result, rows: rows.map((row) => ({ ...row, median: median(row.figures), reached: isReached(row) })) };
}

function summary(results: readonly Result[], failures: readonly string[]): string {
  const goals = results.flatMap(({ rows }) => rows.filter((row) => row.atMost !== undefined));
  const reached = goals.filter((row) => isReached(row) === true).length;
  const failed = failures.length === 0 ? '' : ` Could not be measured: ${failures.join(', ')}.`;
  return `${reached} of ${goals.length} goals reached.${failed}`;
}
