import type { BenchRow } from './bench-row.js';
import { measureSileroWindow } from './silero-window.js';

/** Goals for a window of 32 ms of one stream, by streams at once. */
const goals: Readonly<Record<number, number>> = { 1: 0.2, 8: 0.08 };

/** The Silero VAD by window, alone and as a session uses it. */
export async function measureSilero(): Promise<readonly BenchRow[]> {
  const figures = await measureSileroWindow([1, 8, 64]);
  return figures.flatMap((figure): BenchRow[] => {
    const name = `${figure.batch} ${figure.batch === 1 ? 'stream' : 'streams'}: `;
    const goal = goals[figure.batch];
    return [
      { what: `${name}model, per window`, figures: [figure.perWindowMs], unit: 'ms', ...(goal === undefined ? {} : { atMost: goal }) },
      { what: `${name}CPU per window through detect()`, figures: [figure.detectCpuPerWindowMs], unit: 'ms' },
      { what: `${name}of it on the main thread`, figures: [figure.detectMainThreadPerWindowMs], unit: 'ms' },
      { what: `${name}frame given -> window event, p50`, figures: [figure.latencyP50Ms], unit: 'ms' },
      { what: `${name}frame given -> window event, p99`, figures: [figure.latencyP99Ms], unit: 'ms' },
    ];
  });
}
