import { describeItem } from './item-pattern.js';
import { type RunRecord, runTimeline } from './run-record.js';

/** The account of an expectation that does not hold: what was expected, what happened, and the whole run. */
export function runFailure(
  run: RunRecord,
  { expected, happened, index }: { readonly expected: string; readonly happened?: string; readonly index?: number | undefined },
): Error {
  const item = index === undefined ? undefined : run.events[index]?.item;
  const actual = happened ?? (item === undefined ? `${run.events.length} event(s), as listed` : describeItem(item));
  return new Error(`expected: ${expected}\nhappened: ${actual}\nthe run:\n${runTimeline(run, index)}`);
}
