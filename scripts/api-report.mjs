// @ts-check
// The API report of the package in the current folder: one file per entry of its `exports`, `api/<entry>.api.md`.
// Fails if a report is not what the built types say; with `--update`, writes it. Needs the build.
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const packageFolder = process.cwd();
const reportFolder = join(packageFolder, 'api');
const isUpdate = process.argv.includes('--update');

/** Nothing but the signatures: what else the extractor has to say is for lint, and names chunks whose names change. */
const quiet = { default: { logLevel: ExtractorLogLevel.None } };
const messages = {
  compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
  extractorMessageReporting: quiet,
  tsdocMessageReporting: quiet,
};

/**
 * @typedef {{ readonly name: string; readonly types: string }} Entry
 * @returns {readonly Entry[]} Entries that have types, by the name of their report.
 */
function readEntries() {
  /** @type {{ exports: Record<string, string | { types?: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8'));
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === 'string' || target.types === undefined
      ? []
      : [{ name: path === '.' ? 'index' : path.slice(2).replaceAll('/', '-'), types: resolve(packageFolder, target.types) }],
  );
}

/**
 * @param {Entry} entry
 * @param {string} folder Where the extractor may write.
 * @returns {string} The report's text.
 */
function extract(entry, folder) {
  const configuration = ExtractorConfig.prepare({
    configObject: {
      projectFolder: packageFolder,
      mainEntryPointFilePath: entry.types,
      newlineKind: 'lf',
      compiler: { overrideTsconfig: { compilerOptions, files: [entry.types] } },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: join(folder, 'temporary'),
        reportFileName: entry.name,
        // A type that is reachable but not exported is part of the API all the same.
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages,
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(packageFolder, 'package.json'),
  });
  const result = Extractor.invoke(configuration, { localBuild: true, messageCallback: quietly });
  if (result.errorCount > 0) throw new Error(`the types of entry ${entry.name} (${entry.types}) cannot be read`);
  const report = readFileSync(join(folder, `${entry.name}.api.md`), 'utf8');
  // The bundler numbers what has one name in several files, and numbers it anew when some other file changes.
  return report.replaceAll(/\[(\w+)[$_]\d+\]/g, '[$1]').replaceAll(/\/\/ @public[^\n]*\nconst [\w$]+: unique symbol;\n\n/g, '');
}

const compilerOptions = {
  module: 'nodenext',
  target: 'es2022',
  lib: ['es2023', 'esnext.disposable', 'esnext.decorators'],
  types: ['node'],
  strict: true,
  skipLibCheck: true,
};

/** @param {import('@microsoft/api-extractor').ExtractorMessage} message */
function quietly(message) {
  if (message.logLevel !== ExtractorLogLevel.Error) message.handled = true;
}

/** How a declaration begins: whether it is exported, and its name. */
const declaration = /^(export )?(?:declare )?(?:abstract )?(?:class|const|enum|function|interface|type) (\w+)/m;

/**
 * Leaves out of each report what it repeats of another entry's: a type that is reachable here and exported there is told of there.
 *
 * @param {ReadonlyMap<Entry, string>} reports
 * @returns {ReadonlyMap<Entry, string>}
 */
function withoutRepetition(reports) {
  /** @param {string} report */
  const declarationsOf = (report) => report.split('\n\n').map((block) => ({ block, match: declaration.exec(block) }));
  const exported = new Set(
    [...reports.values()].flatMap(declarationsOf).flatMap(({ match }) => (match?.[1] === undefined ? [] : [match[2]])),
  );
  const isOwn = (/** @type {ReturnType<typeof declarationsOf>[number]} */ { match }) =>
    match === null || match[1] !== undefined || !exported.has(match[2]);
  return new Map(
    [...reports].map(([entry, report]) => [
      entry,
      declarationsOf(report)
        .filter(isOwn)
        .map(({ block }) => block)
        .join('\n\n'),
    ]),
  );
}

/**
 * @param {string} before
 * @param {string} after
 * @returns {string} The lines that differ, the first twenty.
 */
function describeChange(before, after) {
  const old = new Set(before.split('\n'));
  const fresh = new Set(after.split('\n'));
  const lines = [
    ...[...old].filter((line) => !fresh.has(line)).map((line) => `  - ${line}`),
    ...[...fresh].filter((line) => !old.has(line)).map((line) => `  + ${line}`),
  ];
  return lines.slice(0, 20).join('\n');
}

function main() {
  const entries = readEntries();
  const folder = mkdtempSync(join(tmpdir(), 'api-report-'));
  const problems = [];
  try {
    if (isUpdate) mkdirSync(reportFolder, { recursive: true });
    const reports = withoutRepetition(new Map(entries.map((entry) => [entry, extract(entry, folder)])));
    for (const [entry, fresh] of reports) {
      const file = join(reportFolder, `${entry.name}.api.md`);
      const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
      if (isUpdate) writeFileSync(file, fresh);
      else if (old !== fresh) problems.push(`api/${entry.name}.api.md is not what the build exports:\n${describeChange(old, fresh)}`);
    }
    const names = new Set(entries.map((entry) => `${entry.name}.api.md`));
    for (const file of existsSync(reportFolder) ? readdirSync(reportFolder) : []) {
      if (names.has(file)) continue;
      if (isUpdate) rmSync(join(reportFolder, file));
      else problems.push(`api/${file} belongs to no entry`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) console.error('If the change is meant: `npm run api`, and commit the report.');
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = main();
