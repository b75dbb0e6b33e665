/** A room that came back within this time before the termination may be the reason of it. */
const reconnectedLatelyMs = 5000;
/** The transport may hear later than the server of a connection that is lost: so long it is given. */
export const secondLookMs = 500;

/**
 * Whether a job whose server wants it over is to end. A room that connects anew has the server terminate a job that is alive and well
 * (LiveKit 1.9.12, six of six times): the job then goes on.
 *
 * @param reconnectedAtMs When it last began or ended to reconnect; undefined: never.
 */
export function isTerminationMeant({
  room,
  reconnectedAtMs,
  nowMs,
}: {
  readonly room: 'connected' | 'reconnecting' | 'disconnected' | undefined;
  readonly reconnectedAtMs: number | undefined;
  readonly nowMs: number;
}): boolean {
  if (room === 'reconnecting') return false;
  return reconnectedAtMs === undefined || nowMs - reconnectedAtMs > reconnectedLatelyMs;
}
