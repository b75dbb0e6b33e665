import { ruleLevel } from '../rules/rule-level.js';
import type { Verdict } from '../run/verdict.js';
import type { ConformanceReport } from './conformance-report.js';
import { levelNames, levels } from './reached-level.js';

/** What a person reads at the end of a run. */
export function reportTable(report: ConformanceReport): string {
  const { packageVerdicts, subjects, judged, faults, notes } = report;
  const rows = [
    ['what', ...levels.filter((level) => level <= report.upTo).map((level) => `${level} ${levelNames[level]}`), 'level'],
    ...(subjects.length === 0 ? [row(report, packageVerdicts, { name: 'the package', label: String(report.level) })] : []),
    ...subjects.map(({ kind, name, verdicts, label }) =>
      row(report, [...packageVerdicts, ...verdicts], { name: `${kind}: ${name}`, label }),
    ),
  ];
  const broken = judged.unexpected.map((verdict) => `${verdict.rule.id}  ${verdict.rule.title}\n    ${messageOf(verdict)}`);
  return [
    aligned(rows),
    section('Not kept', broken),
    section(
      'Could not be made',
      subjects.flatMap(({ name, problem }) => (problem === undefined ? [] : [`${name}: ${problem}`])),
    ),
    section(
      'Not kept, and known',
      judged.known.map((verdict) => `${verdict.rule.id}  ${messageOf(verdict)}`),
    ),
    section('Kept, though the baseline says otherwise: take them out of it', judged.stale),
    section('The kit itself failed', faults),
    section('Noticed', notes),
    `${report.package === undefined ? report.module : `${report.package.name} ${report.package.version}`} ${sentence(report)}`,
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

const sentences = {
  conforms: 'conforms',
  'does not conform': 'does not conform',
  'used wrongly': 'was not proven',
  'the kit failed': 'was not proven to the end: the kit failed',
} as const;
const sentence = ({ result, level, upTo, subjects }: ConformanceReport): string =>
  result === 'conforms'
    ? `conforms: level ${level} of ${upTo}, ${subjects.length} subject(s)`
    : `${sentences[result]}: level ${level} of ${upTo}`;

const section = (title: string, lines: readonly string[]): string =>
  lines.length === 0 ? '' : `${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`;

/** As much as a person reads; the report in JSON has all of it. */
const longestMessage = 400;
const messageOf = (verdict: Verdict): string => ('message' in verdict ? shortened(verdict.message) : '');
export const shortened = (message: string): string => (message.length > longestMessage ? `${message.slice(0, longestMessage)}…` : message);

interface RowNames {
  readonly name: string;
  readonly label: string;
}

function row({ upTo }: ConformanceReport, verdicts: readonly Verdict[], { name, label }: RowNames): string[] {
  const cells = levels.filter((level) => level <= upTo).map((level) => cell(verdicts.filter(({ rule }) => ruleLevel(rule.id) === level)));
  return [name, ...cells, label];
}

/** `12 ok, 1 not, 3 n/a`. */
function cell(verdicts: readonly Verdict[]): string {
  const count = (outcome: Verdict['outcome']) => verdicts.filter((verdict) => verdict.outcome === outcome).length;
  const parts = [
    [count('passed'), 'ok'],
    [count('failed'), 'not'],
    [count('kit-fault'), 'fault'],
    [count('left-out'), 'n/a'],
  ] as const;
  return parts.flatMap(([number, word]) => (number === 0 ? [] : [`${number} ${word}`])).join(', ') || '-';
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  return rows
    .map((cells) =>
      cells
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
