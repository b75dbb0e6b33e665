/** How a user stops the program. */
export interface Interruption extends Disposable {
  /** Fires at the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What counts as the same Ctrl-C: npm sends a child the signal that the terminal has sent it already. */
const sameKeyMs = 500;

/** Exit code of a program that SIGINT has ended: 128 and the signal's number, 2 (POSIX shells). */
export const interruptedExitCode = 130;

/** The first Ctrl-C (or SIGTERM) asks to come to an end, the second ends the program at once. */
export function onInterruption(): Interruption {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const stop = () => {
    const nowMs = performance.now();
    firstMs ??= nowMs;
    if (nowMs - firstMs > sameKeyMs) process.exit(interruptedExitCode);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return {
    signal: controller.signal,
    [Symbol.dispose]() {
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
    },
  };
}
