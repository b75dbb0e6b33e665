import type { ModelRow } from './model-row.js';

/**
 * The rows of the next run: those that have waited longest, all of the first one's sample rate, since a run has one. The rest stay in
 * their order, so that nobody is overtaken at the same rate, and the other rate comes next.
 */
export function takeBatch<Item extends { readonly row: ModelRow }>(
  waiting: readonly Item[],
  maxRows: number,
): { readonly batch: readonly Item[]; readonly rest: Item[] } {
  const sampleRate = waiting[0]?.row.sampleRate;
  const batch: Item[] = [];
  const rest: Item[] = [];
  for (const item of waiting) {
    if (batch.length < maxRows && item.row.sampleRate === sampleRate) batch.push(item);
    else rest.push(item);
  }
  return { batch, rest };
}
