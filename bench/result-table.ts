import type { BenchRow } from './bench-row.js';
import { median } from './statistics.js';

/** One measurement's rows, for people: the median of the runs, their range, the goal, and whether it is reached. */
export function resultTable(title: string, rows: readonly BenchRow[]): string {
  const lines = rows.map((row) => {
    const figure = median(row.figures);
    return [row.what, `${inDigits(figure)} ${row.unit}`, rangeOf(row.figures), goalOf(row)];
  });
  const widths = [0, 1, 2].map((column) => Math.max(0, ...lines.map((line) => line[column]?.length ?? 0)));
  const [whatWidth = 0, figureWidth = 0, rangeWidth = 0] = widths;
  const body = lines.map(([what = '', figure = '', range = '', goal = '']) =>
    `  ${what.padEnd(whatWidth)}  ${figure.padStart(figureWidth)}  ${range.padEnd(rangeWidth)}  ${goal}`.trimEnd(),
  );
  return [title, ...body].join('\n');
}

/** Whether the median of the runs reaches the row's goal; `undefined` where there is none. */
export const isReached = ({ figures, atMost }: BenchRow): boolean | undefined =>
  atMost === undefined ? undefined : median(figures) <= atMost;

function goalOf(row: BenchRow): string {
  const reached = isReached(row);
  return reached === undefined ? '' : `goal <= ${row.atMost} ${row.unit}: ${reached ? 'reached' : 'MISSED'}`;
}

const rangeOf = (figures: readonly number[]): string =>
  figures.length === 1 ? '' : `(${figures.length} runs: ${inDigits(Math.min(...figures))} to ${inDigits(Math.max(...figures))})`;

/** Three significant digits, and whole numbers as they are. */
export function inDigits(figure: number): string {
  if (Number.isInteger(figure)) return String(figure);
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(figure))));
  return figure.toFixed(Math.min(digits, 4));
}
