import { type ComparedRow, peerRatio } from './compared-row.js';
import { median } from './statistics.js';

/** One measurement's rows, for people: the median of the runs, their range, the goal, whether it is reached, and the peer's median beside it. */
export function resultTable(title: string, rows: readonly ComparedRow[]): string {
  const lines = rows.map((row) => [row.what, figureOf(row.figures, row.unit), rangeOf(row.figures), goalOf(row), peerOf(row)]);
  const [whatWidth = 0, figureWidth = 0, rangeWidth = 0, goalWidth = 0] = [0, 1, 2, 3].map((column) =>
    Math.max(0, ...lines.map((line) => line[column]?.length ?? 0)),
  );
  const body = lines.map(([what = '', figure = '', range = '', goal = '', peer = '']) =>
    `  ${what.padEnd(whatWidth)}  ${figure.padStart(figureWidth)}  ${range.padEnd(rangeWidth)}  ${goal.padEnd(goalWidth)}  ${peer}`.trimEnd(),
  );
  return [title, ...body].join('\n');
}

/** Whether the median of the runs reaches the row's goal; `undefined` where there is none. */
export const isReached = ({ figures, atMost }: ComparedRow): boolean | undefined =>
  atMost === undefined || figures.length === 0 ? undefined : median(figures) <= atMost;

const figureOf = (figures: readonly number[], unit: string): string =>
  figures.length === 0 ? '-' : `${inDigits(median(figures))} ${unit}`;

function goalOf(row: ComparedRow): string {
  const reached = isReached(row);
  return reached === undefined ? '' : `goal <= ${row.atMost} ${row.unit}: ${reached ? 'reached' : 'MISSED'}`;
}

function peerOf(row: ComparedRow): string {
  const { peerFigures, unit } = row;
  if (peerFigures === undefined) return '';
  const ratio = peerRatio(row);
  const parts = [`peer: ${figureOf(peerFigures, unit)}`, ratio === undefined ? '' : `${inDigits(ratio)} times ours`, rangeOf(peerFigures)];
  return parts.filter((part) => part !== '').join(', ');
}

const rangeOf = (figures: readonly number[]): string =>
  figures.length < 2 ? '' : `(${figures.length} runs: ${inDigits(Math.min(...figures))} to ${inDigits(Math.max(...figures))})`;

/** Three significant digits, and whole numbers as they are. */
export function inDigits(figure: number): string {
  if (Number.isInteger(figure)) return String(figure);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(figure))));
  return figure.toFixed(Math.min(digits, 4));
}
