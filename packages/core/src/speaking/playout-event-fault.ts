import type { PlayoutEvent } from '../provider/audio-output.js';

/** Beyond what was written: rates are converted, and blocks filled up. */
const toleranceMs = 100;

/**
 * Which rule of `AudioOutput` an event breaks; nothing, if none.
 *
 * @param writtenMs How much was written to its segment; undefined: the segment is not waited for.
 */
export function playoutEventFault(event: PlayoutEvent, writtenMs: number | undefined): string | undefined {
  if (typeof event !== 'object' || event === null) return 'reported a playout event that is no object';
  if (event.type === 'started') return undefined;
  if (event.type !== 'progress' && event.type !== 'finished') return 'reported a playout event of a type that there is not';
  if (!(event.playedMs >= 0 && Number.isFinite(event.playedMs))) return 'reported a playedMs that is no number of milliseconds from 0 on';
  const isTooMuch = writtenMs !== undefined && event.playedMs > writtenMs + toleranceMs;
  return isTooMuch ? 'reported that more was played than it was given' : undefined;
}

/** Whether it can be made something of at all. */
export const isPlayoutEvent = (event: PlayoutEvent): boolean =>
  typeof event === 'object' && event !== null && ['started', 'progress', 'finished'].includes(event.type);
