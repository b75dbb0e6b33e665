#!/usr/bin/env node
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { readBaseline } from '../report/baseline.js';
import { badgeJson, badgeSvg } from '../report/badge.js';
import type { ConformanceReport } from '../report/conformance-report.js';
import { reportTable } from '../report/report-table.js';
import { moduleFile } from './module-file.js';
import { mustBeThere } from './must-be-there.js';
import { Progress } from './progress.js';
import { proveModule } from './prove-module.js';
import { type Arguments, help, readArguments } from './read-arguments.js';

const exitCodes = { conforms: 0, 'does not conform': 1, 'used wrongly': 2, 'the kit failed': 3 } as const;

/** Of the package that this file is in, built or not. */
function ownVersion(): string {
  const manifest: unknown = createRequire(import.meta.url)('@parley/conformance/package.json');
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '0.0.0';
}

async function main(): Promise<number> {
  let options: Arguments | 'help';
  let module: string;
  let baseline;
  try {
    options = readArguments(process.argv.slice(2));
    if (options === 'help') {
      console.log(help);
      return 0;
    }
    mustBeThere(options);
    module = moduleFile(options.module, process.cwd());
    baseline = options.baseline === undefined ? {} : readBaseline(await readFile(options.baseline, 'utf8'));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    return exitCodes['used wrongly'];
  }
  const { kind, level, wire, beside, isLive } = options;
  const progress = new Progress(process.stderr);
  const report = await proveModule({
    module,
    kind,
    level,
    isLive,
    baseline,
    wire: wire === undefined ? undefined : resolve(wire),
    beside: beside.map((tarball) => resolve(tarball)),
    kitVersion: ownVersion(),
    onStep: (step) => progress.step(step),
    onMessage: (record, message) => progress.message(record, message),
  });
  progress.end();
  // First what took minutes, then what may fail.
  console.log(reportTable(report));
  return (await writeFiles(options, report)) ? exitCodes[report.result] : exitCodes['used wrongly'];
}

/** Whether all of them could be written. */
async function writeFiles({ json, badge }: Arguments, report: ConformanceReport): Promise<boolean> {
  const texts = [
    { file: json, text: () => `${JSON.stringify(report, undefined, 2)}\n` },
    { file: badge, text: () => (badge?.endsWith('.svg') === true ? badgeSvg(report) : badgeJson(report)) },
  ];
  let isWritten = true;
  for (const { file, text } of texts) {
    if (file === undefined) continue;
    try {
      await writeFile(file, text());
    } catch (error) {
      console.error(`${file} could not be written: ${error instanceof Error ? error.message : String(error)}`);
      isWritten = false;
    }
  }
  return isWritten;
}

main().then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = exitCodes['the kit failed'];
  },
);
