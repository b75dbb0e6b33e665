/** So many times its deadline a process may be given at most, however busy the machine is. */
const mostTimes = 5;
/** Less is no reason to wait on. */
const leastMs = 20;

/**
 * How much longer a process is waited for: as long as it was ready to run meanwhile and got no processor. One that is stuck, busy or waiting, is
 * owed nothing.
 *
 * @param times All in milliseconds: the deadline, what was granted beyond it so far, and for how long the process was starved since it began.
 */
export function owedMs(times: { readonly afterMs: number; readonly grantedMs: number; readonly starvedMs: number }): number {
  const { afterMs, grantedMs, starvedMs } = times;
  const owed = Math.min(starvedMs, afterMs * (mostTimes - 1)) - grantedMs;
  return owed < leastMs ? 0 : owed;
}
