import { type CallRecord, offsetOf } from './call-record.js';
import { agentSpans, type StateSpan, userSpans } from './state-spans.js';

/** A stretch of the recording. */
export interface Stretch {
  readonly startMs: number;
  readonly endMs: number;
}

/** When each party spoke: by its states, and, where the metrics tell, from the first sound of a turn to its last. */
export interface SpeechStretches {
  readonly caller: PartyStretches;
  readonly agent: PartyStretches;
}

interface PartyStretches {
  readonly spoken: readonly Stretch[];
  readonly turns: readonly Stretch[];
}

/** When each party spoke in this call. */
export function speechStretches(record: CallRecord): SpeechStretches {
  const metrics = record.events.flatMap((event) => (event.type === 'turn-metrics' ? [event.metrics] : []));
  const stretch = (start: number | undefined, end: number | undefined): readonly Stretch[] =>
    start === undefined || end === undefined ? [] : [{ startMs: offsetOf(record, start), endMs: offsetOf(record, end) }];
  const isSpeaking = (span: StateSpan<string>) => span.state === 'speaking';
  return {
    caller: {
      spoken: userSpans(record).filter(isSpeaking),
      turns: metrics.flatMap((turn) => stretch(turn.userStartedAt, turn.userStoppedAt)),
    },
    agent: {
      spoken: agentSpans(record).filter(isSpeaking),
      turns: metrics.flatMap((turn) => stretch(turn.playoutStartedAt, turn.playoutEndedAt)),
    },
  };
}

/**
 * What a message that entered the history at this time was: the last stretch begun by then, or the whole turn that it is part of (a turn
 * may have pauses, and a reply may have been held and resumed). An interruption becomes certain only after the voice has stopped: the end
 * is that of the voice.
 */
export function stretchAt(party: PartyStretches, atMs: number): Stretch | undefined {
  const last = party.spoken.findLast((stretch) => stretch.startMs <= atMs);
  const turn = party.turns.findLast((stretch) => stretch.startMs <= atMs);
  if (last === undefined || turn === undefined) return last ?? turn;
  return turn.endMs < last.startMs ? last : { startMs: Math.min(turn.startMs, last.startMs), endMs: Math.min(turn.endMs, last.endMs) };
}
