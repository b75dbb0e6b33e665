/** Parent and child ask each other for a sign of life so often. The reference workers of LiveKit do as well. */
export const pingIntervalMs = 2500;
/** An event loop that does not answer for so long is blocked, and that is worth a line. */
export const slowAnswerMs = 500;
/** From then on the process counts as lost. */
export const lostAfterMs = 60_000;

export interface Heartbeat {
  /** When the ping was sent that is not answered yet; undefined: none is open. */
  readonly askedAtMs: number | undefined;
  readonly isSlow: boolean;
}

export const firstHeartbeat: Heartbeat = { askedAtMs: undefined, isSlow: false };

export type HeartbeatEvent = { readonly type: 'asked' | 'answered' | 'looked-at'; readonly atMs: number };

/** What is to be said or done: `slow` once per silence, `recovered` after it, `lost` when it has lasted too long. */
export type HeartbeatVerdict = { readonly type: 'none' } | { readonly type: 'slow' | 'recovered' | 'lost'; readonly silentForMs: number };

const none: HeartbeatVerdict = { type: 'none' };

export function nextHeartbeat(state: Heartbeat, event: HeartbeatEvent): { readonly state: Heartbeat; readonly verdict: HeartbeatVerdict } {
  const silentForMs = state.askedAtMs === undefined ? 0 : event.atMs - state.askedAtMs;
  switch (event.type) {
    case 'asked':
      // The first question of a silence counts: later ones do not make it shorter.
      return { state: { ...state, askedAtMs: state.askedAtMs ?? event.atMs }, verdict: none };
    case 'answered':
      return { state: firstHeartbeat, verdict: state.isSlow ? { type: 'recovered', silentForMs } : none };
    case 'looked-at':
      if (silentForMs >= lostAfterMs) return { state, verdict: { type: 'lost', silentForMs } };
      if (silentForMs >= slowAnswerMs && !state.isSlow)
        return { state: { ...state, isSlow: true }, verdict: { type: 'slow', silentForMs } };
      return { state, verdict: none };
    default:
      return event.type satisfies never;
  }
}
