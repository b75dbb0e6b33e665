/** One line of the table: one thing measured, once for each run. */
export interface BenchRow {
  readonly what: string;
  /** One for each run; never empty. */
  readonly figures: readonly number[];
  readonly unit: 'ms' | 'µs' | 's' | 'MB' | 'KB' | '%' | 'turns' | 'calls' | 'tests';
  /** The goal: the median of the figures is at most this. Absent for what is told for the sake of the rest. */
  readonly atMost?: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const units: readonly unknown[] = ['ms', 'µs', 's', 'MB', 'KB', '%', 'turns', 'calls', 'tests'] satisfies readonly BenchRow['unit'][];

function isBenchRow(value: unknown): value is BenchRow {
  if (!isRecord(value)) return false;
  const { what, figures, unit, atMost } = value;
  if (typeof what !== 'string' || !units.includes(unit)) return false;
  if (!Array.isArray(figures) || figures.length === 0 || !figures.every(Number.isFinite)) return false;
  return atMost === undefined || typeof atMost === 'number';
}

/**
 * Rows that another process has sent.
 *
 * @throws {TypeError} That is no list of rows, or one of them holds no figure.
 */
export function readBenchRows(value: unknown): readonly BenchRow[] {
  if (!Array.isArray(value) || value.length === 0) throw new TypeError('a measurement gave no rows');
  const rows: BenchRow[] = [];
  for (const row of value) {
    if (!isBenchRow(row)) throw new TypeError(`a measurement gave a row without a figure: ${JSON.stringify(row)}`);
    rows.push(row);
  }
  return rows;
}

/**
 * Rows of several runs of one measurement, as one list with all figures.
 *
 * @throws {Error} The runs measured different things.
 */
export function mergeBenchRuns(runs: readonly (readonly BenchRow[])[]): readonly BenchRow[] {
  const [first = [], ...others] = runs;
  return first.map((row) => {
    const same = others.map((run) => run.find((candidate) => candidate.what === row.what));
    const figures = same.flatMap((other) => {
      if (other === undefined) throw new Error(`one run measured ${JSON.stringify(row.what)}, another did not`);
      return other.figures;
    });
    return { ...row, figures: [...row.figures, ...figures] };
  });
}
