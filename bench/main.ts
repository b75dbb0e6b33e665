import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BenchArguments, helpText, readBenchArguments, UsageError } from './bench-arguments.js';
import { buildPackages, missingBuilds } from './build-packages.js';
import { type ComparedRow, peerRatio } from './compared-row.js';
import { installPeer, peerName } from './install-peer.js';
import { loadNow, thisMachine } from './machine.js';
import { machineSpeedUs, referenceSpeedUs } from './machine-speed.js';
import { measureOne } from './measure-one.js';
import { isInRooms } from './measurement.js';
import { inDigits, isReached, resultTable } from './result-table.js';
import { type LiveKitServer, startLiveKitServer } from '../scripts/livekit-server/start-server.mjs';
import { median } from './statistics.js';

type Run = Extract<BenchArguments, { readonly type: 'run' }>;

interface Result {
  readonly measurement: string;
  readonly loadBefore: number;
  readonly speedUs: number;
  readonly rows: readonly ComparedRow[];
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
  console.log(`Speed is how long the machine takes to make and fire an AbortController: ${referenceSpeedUs} µs where the goals were set.`);
  const failures: string[] = [];
  const peerVersion = preparePeer(run, failures);
  if (peerVersion !== undefined)
    console.log(
      `The peer is ${peerName} ${peerVersion}, driven by the same code as ours; "peer: -" is what it did not get to, or has nothing like.`,
    );
  console.log('');
  await using server = await startServer(run);
  const results: Result[] = [];
  for (const measurement of run.chosen) {
    const loadBefore = loadNow();
    const speedUs = machineSpeedUs();
    const { rows, failed } = await measureOne(measurement, { ...run, withPeer: peerVersion !== undefined, server });
    for (const { who, error } of failed) {
      failures.push(who === 'peer' ? `${measurement.name} of the peer` : measurement.name);
      console.error(`bench: ${failures.at(-1)} could not be measured: ${error.message}\n`);
    }
    if (rows.length === 0) continue;
    results.push({ measurement: measurement.name, loadBefore, speedUs, rows });
    console.log(`${resultTable(`${measurement.name}: ${measurement.about} (load ${loadBefore}, speed ${inDigits(speedUs)} µs)`, rows)}\n`);
  }
  await writeResults(run, { startedAt, machine, isQuick: run.isQuick, peerVersion, results: results.map(inJson), failures });
  console.log(`${summary(results, failures)} Every run's figures: ${relative(current, run.jsonPath)}`);
  return failures.length === 0 ? 0 : 1;
}

/** One for all that is measured in rooms. @throws {Error} There is none, or it does not answer. */
async function startServer({ chosen }: Run): Promise<LiveKitServer | undefined> {
  return chosen.some(isInRooms) ? startLiveKitServer() : undefined;
}

/** @returns The peer's version, if it is to be measured and can be. */
function preparePeer({ skipsPeer, chosen }: Run, failures: string[]): string | undefined {
  if (skipsPeer || chosen.every(({ peerRuns }) => peerRuns === undefined)) return undefined;
  try {
    return installPeer();
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    failures.push('the peer');
    console.error(`bench: ${error.message}`);
    return undefined;
  }
}

async function writeResults({ jsonPath }: Run, results: unknown): Promise<void> {
  await mkdir(dirname(jsonPath), { recursive: true });
  await writeFile(jsonPath, `${JSON.stringify(results, undefined, 2)}\n`);
}

function inJson({ rows, ...result }: Result): unknown {
  const medianOf = (figures: readonly number[] = []): number | undefined => (figures.length === 0 ? undefined : median(figures));
  return {
    ...result,
    rows: rows.map((row) => ({
      ...row,
      median: medianOf(row.figures),
      reached: isReached(row),
      peerMedian: medianOf(row.peerFigures),
      peerRatio: peerRatio(row),
    })),
  };
}

function summary(results: readonly Result[], failures: readonly string[]): string {
  const goals = results.flatMap(({ rows }) => rows.filter((row) => isReached(row) !== undefined));
  const reached = goals.filter((row) => isReached(row) === true).length;
  const failed = failures.length === 0 ? '' : ` Could not be measured: ${failures.join(', ')}.`;
  return `${reached} of ${goals.length} goals reached.${failed}`;
}
