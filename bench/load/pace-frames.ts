import { frameMs } from '../fakes/caller-frame.js';

export interface PacedFrames {
  /** When the first frame is due, on `performance.now()`. */
  readonly startMs: number;
  readonly frames: number;
  /** Called once for each frame at or after the time at which it is due; all that are late at once. */
  readonly onFrame: (index: number, dueMs: number) => void;
}

/** Calls back at the pace of speech, one timer for each caller, as sources of audio do. Settles after the last frame. */
export function paceFrames({ startMs, frames, onFrame }: PacedFrames): Promise<void> {
  return new Promise((resolve) => {
    let index = 0;
    const tick = () => {
      for (let dueMs = startMs + index * frameMs; index < frames && dueMs <= performance.now(); dueMs = startMs + index * frameMs) {
        onFrame(index, dueMs);
        index += 1;
      }
      if (index === frames) return resolve();
      // Timers drop fractions: rounded down, one would fire before its frame is due, and a second be needed.
      setTimeout(tick, Math.ceil(startMs + index * frameMs - performance.now()));
      return undefined;
    };
    tick();
  });
}
