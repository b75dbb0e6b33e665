import type { BenchRow } from './bench-row.js';
import { median } from './statistics.js';

/** One line of the table, with what the peer showed of the same thing. */
export interface ComparedRow extends Omit<BenchRow, 'figures'> {
  /** Ours, one for each run; empty for what only the peer shows. */
  readonly figures: readonly number[];
  /** The peer's, one for each run in which it got so far; empty if in none. Absent where it was not measured. */
  readonly peerFigures?: readonly number[];
}

/**
 * Our rows with the peer's of the same name beside them, and then what only the peer shows. Its runs need not all have got equally far.
 *
 * @param peerRuns Absent or empty: the peer was not measured.
 */
export function compareRows(ours: readonly BenchRow[], peerRuns: readonly (readonly BenchRow[])[] = []): readonly ComparedRow[] {
  if (peerRuns.length === 0) return ours;
  const theirs = new Map<string, { readonly row: BenchRow; readonly figures: number[] }>();
  for (const row of peerRuns.flat()) {
    const known = theirs.get(row.what);
    if (known === undefined) theirs.set(row.what, { row, figures: [...row.figures] });
    else known.figures.push(...row.figures);
  }
  const compared = ours.map((row): ComparedRow => ({ ...row, peerFigures: theirs.get(row.what)?.figures ?? [] }));
  const alone = [...theirs.values()].filter(({ row }) => !ours.some(({ what }) => what === row.what));
  // A goal is ours.
  return [
    ...compared,
    ...alone.map(({ row: { what, unit }, figures }): ComparedRow => ({ what, unit, figures: [], peerFigures: figures })),
  ];
}

/** How many times ours the peer's time or size is, by the medians; `undefined` where one of them is missing or not above 0, and of what is counted. */
export function peerRatio({ figures, peerFigures = [], unit }: ComparedRow): number | undefined {
  if (unit === 'turns' || unit === 'calls' || unit === 'tests') return undefined;
  if (figures.length === 0 || peerFigures.length === 0) return undefined;
  const ours = median(figures);
  const theirs = median(peerFigures);
  return ours > 0 && theirs > 0 ? theirs / ours : undefined;
}
