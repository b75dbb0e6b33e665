import type { PackageFacts } from '../package/package-facts.js';
import type { ModuleRun } from '../process/run-module.js';
import type { Level } from '../rules/rule.js';
import type { Verdict } from '../run/verdict.js';
import type { ProvableKind } from '../subject/provables.js';
import { type Baseline, judge, type Judged } from './baseline.js';
import { type ReachedLevel, reachedLevel } from './reached-level.js';

/** One thing that was proven, over one wire. */
export interface SubjectReport extends ReachedLevel {
  readonly kind: ProvableKind;
  readonly name: string;
  readonly capabilities: unknown;
  readonly verdicts: readonly Verdict[];
  readonly problem?: string;
}

/** What a run came to; the JSON of `--json` is this. */
export interface ConformanceReport {
  readonly specificationVersion: 1;
  /** Of the kit. */
  readonly kitVersion: string;
  /** ISO 8601. */
  readonly date: string;
  readonly module: string;
  /** Of the package that was examined. */
  readonly package?: { readonly name: string; readonly version: string; readonly installedBytes: number };
  readonly upTo: Level;
  /** The least of its subjects. */
  readonly level: Level | 0;
  /** The same with what did not apply: `5 (faults: no wire)`. */
  readonly label: string;
  readonly packageVerdicts: readonly Verdict[];
  readonly subjects: readonly SubjectReport[];
  readonly judged: Judged;
  readonly faults: readonly string[];
  readonly notes: readonly string[];
  readonly result: 'conforms' | 'does not conform' | 'used wrongly' | 'the kit failed';
}

export interface ReportParts {
  readonly module: string;
  readonly kitVersion: string;
  readonly date: Date;
  readonly upTo: Level;
  readonly facts?: PackageFacts | undefined;
  readonly packageVerdicts: readonly Verdict[];
  /** Undefined: only level 1 was asked for. */
  readonly run?: ModuleRun | undefined;
  readonly baseline: Baseline;
  /** What kept the kit from its work. */
  readonly faults: readonly string[];
}

/** Puts together what was found. */
export function conformanceReport(parts: ReportParts): ConformanceReport {
  const { facts, packageVerdicts, run, upTo } = parts;
  const packageRules = packageVerdicts.map(({ rule }) => rule);
  const packageLevel = reachedLevel({ rules: packageRules, verdicts: packageVerdicts, upTo: 1 });
  const subjects = (run?.subjects ?? []).map(({ subject, capabilities, rules, verdicts, problem }): SubjectReport => {
    const all = { rules: [...packageRules, ...rules], verdicts: [...packageVerdicts, ...verdicts], upTo };
    const level = problem === undefined && rules.length > 0 ? reachedLevel(all) : packageLevel;
    return { ...level, kind: subject.kind, name: subject.name, capabilities, verdicts, ...(problem === undefined ? {} : { problem }) };
  });
  const verdicts = [...packageVerdicts, ...subjects.flatMap((subject) => subject.verdicts)];
  const kitFaults = verdicts.flatMap((verdict) => (verdict.outcome === 'kit-fault' ? [`${verdict.rule.id}: ${verdict.message}`] : []));
  const unusable = run?.unusable;
  const faults = [...parts.faults, ...kitFaults, ...(unusable?.fault === 'kit' ? [unusable.message] : [])];
  const judged = judge(verdicts, parts.baseline);
  const least = leastOf(subjects.length === 0 ? [packageLevel] : subjects);
  return {
    specificationVersion: 1,
    kitVersion: parts.kitVersion,
    date: parts.date.toISOString(),
    module: parts.module,
    ...(facts === undefined
      ? {}
      : { package: { name: facts.manifest.name, version: facts.manifest.version, installedBytes: facts.installedBytes } }),
    upTo,
    level: least.level,
    label: least.label,
    packageVerdicts,
    subjects,
    judged,
    faults,
    notes: [...(unusable === undefined || unusable.fault === 'kit' ? [] : [unusable.message]), ...(run?.notes ?? [])],
    result: resultOf({ run, subjects, judged, faults }),
  };
}

/** Of those that reached the same, the one of which most did not apply: a badge says no more than all of them have. */
const leastOf = (reached: readonly ReachedLevel[]): ReachedLevel =>
  reached.reduce((least, one) =>
    one.level < least.level || (one.level === least.level && one.label.length > least.label.length) ? one : least,
  );

function resultOf(
  found: Pick<ConformanceReport, 'subjects' | 'judged' | 'faults'> & Pick<ReportParts, 'run'>,
): ConformanceReport['result'] {
  const { run, subjects, judged, faults } = found;
  if (run?.unusable?.fault === 'user') return 'used wrongly';
  const isBroken =
    run?.unusable?.fault === 'plugin' ||
    subjects.some(({ problem }) => problem !== undefined) ||
    judged.unexpected.length > 0 ||
    judged.stale.length > 0;
  // What the plugin broke is certain, whatever else the kit could not do.
  if (isBroken) return 'does not conform';
  return faults.length > 0 ? 'the kit failed' : 'conforms';
}
