import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { examinePackage } from '../package/examine-package.js';
import { NpmFault } from '../package/install-package.js';
import type { PackageFacts } from '../package/package-facts.js';
import { packageFolder } from '../package/package-manifest.js';
import { packageRules, runPackageRules } from '../package/run-package-rules.js';
import type { RunMessage } from '../process/run-message.js';
import { runModule } from '../process/run-module.js';
import type { RunRecord } from '../process/run-record.js';
import type { Baseline } from '../report/baseline.js';
import { conformanceReport, type ConformanceReport } from '../report/conformance-report.js';
import type { Level } from '../rules/rule.js';
import type { Verdict } from '../run/verdict.js';
import type { ProvableKind } from '../subject/provables.js';

export interface ProveOptions {
  /** Path of the built file. */
  readonly module: string;
  readonly kind?: ProvableKind | undefined;
  readonly level: Level;
  /** Path of the file with the wires. */
  readonly wire?: string | undefined;
  /** Tarballs installed beside the plugin. */
  readonly beside?: readonly string[] | undefined;
  readonly isLive?: boolean | undefined;
  readonly baseline?: Baseline | undefined;
  readonly kitVersion: string;
  readonly onStep?: ((step: string) => void) | undefined;
  readonly onMessage?: ((record: RunRecord, message: RunMessage) => void) | undefined;
}

/** Proves a module: its package, then what it offers, in processes of its own. Never rejects for what a plugin is like. */
export async function proveModule(options: ProveOptions): Promise<ConformanceReport> {
  const { module, kind, level, wire, isLive, onStep, onMessage } = options;
  const found = existsSync(module) ? await examined(options) : { verdicts: [], faults: [] };
  const isProven = level > 1 || !existsSync(module);
  const run = isProven
    ? await runModule({
        module: pathToFileURL(module).href,
        wireFile: wire === undefined ? undefined : pathToFileURL(wire).href,
        kind,
        level,
        isLive,
        onRecord: onMessage,
      })
    : undefined;
  onStep?.('writing the report');
  return conformanceReport({
    module,
    run,
    facts: found.facts,
    packageVerdicts: found.verdicts,
    faults: found.faults,
    upTo: isLive === true && level > 2 ? 2 : level,
    baseline: options.baseline ?? {},
    kitVersion: options.kitVersion,
    date: new Date(),
  });
}

interface Examined {
  readonly facts?: PackageFacts;
  readonly verdicts: readonly Verdict[];
  readonly faults: readonly string[];
}

async function examined({ module, beside = [], onStep }: ProveOptions): Promise<Examined> {
  const folder = await packageFolder(module);
  if (folder === undefined) return { verdicts: unpackaged(module), faults: [] };
  try {
    const facts = await examinePackage(folder, { ...(beside.length === 0 ? {} : { beside }), onStep });
    return { facts, verdicts: runPackageRules(facts), faults: [] };
  } catch (error) {
    const message = error instanceof NpmFault ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { verdicts: [], faults: [`level 1: ${message}`] };
  }
}

/** A file on its own cannot be installed, so level 1 is not reached. */
function unpackaged(module: string): readonly Verdict[] {
  return packageRules.slice(0, 1).map(({ id, title, why, since }) => ({
    rule: { id, title, why, since },
    durationMs: 0,
    outcome: 'failed',
    message: `${module} belongs to no package: there is no package.json with a name and a version above it`,
  }));
}
