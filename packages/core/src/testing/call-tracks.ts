import { inShort } from '../chat/in-short.js';
import type { Track, TrackPoint, TrackSpan } from './draw-tracks.js';
import type { Scenario, ScenarioResult } from './scenario.js';

type Drawn = Pick<ScenarioResult, 'events' | 'played' | 'predictions'>;

/** What a caller says, by the script. */
export const voiceTrack = (user: NonNullable<Scenario['user']>, name = 'voice'): Track => ({
  name,
  spans: user.map(({ startMs, endMs, text }) => ({ fromMs: startMs, toMs: endMs, label: text === '' ? '(noise)' : text })),
});

/** Final transcripts; interim ones where no final follows. */
export function transcriptTrack({ events }: Drawn, name = 'transcript'): Track {
  const told = events.flatMap(({ atMs, event }) => (event.type === 'user-input-transcribed' ? [{ atMs, event }] : []));
  const finals = new Set(told.flatMap(({ event }) => (event.isFinal ? [event.segmentId] : [])));
  const points = told.flatMap(({ atMs, event }): TrackPoint[] => {
    if (event.isFinal) return [{ atMs, label: 'final' }];
    return finals.has(event.segmentId) ? [] : [{ atMs, label: 'interim' }];
  });
  return { name, points };
}

/** From the end of the user's voice to the end of the turn, with its length. */
export function turnTrack({ events }: Drawn, name = 'turn'): Track {
  const ends = events.flatMap(({ atMs, event }) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'user'
      ? [{ atMs, saidMs: event.item.createdAtMs }]
      : [],
  );
  return {
    name,
    spans: ends.flatMap(({ atMs, saidMs }): TrackSpan[] =>
      saidMs < atMs ? [{ fromMs: saidMs, toMs: atMs, label: String(atMs - saidMs) }] : [],
    ),
    points: ends.map(({ atMs }) => ({ atMs, label: 'over' })),
  };
}

/** When the VAD says that the user speaks, as the session tells it. */
export function userTrack({ events }: Drawn, name = 'VAD'): Track {
  const states = events.flatMap(({ atMs, event }) => (event.type === 'user-state-changed' ? [{ atMs, state: event.newState }] : []));
  return {
    name,
    spans: states.flatMap(({ atMs, state }, index): TrackSpan[] => {
      const end = states[index + 1];
      return state === 'speaking' && end !== undefined ? [{ fromMs: atMs, toMs: end.atMs, label: 'speaking' }] : [];
    }),
  };
}

/** What was heard of the agent, and what became of it where it was cut. */
export function agentTrack(
  { played, events }: Drawn,
  { name = 'agent', labels = [] }: { readonly name?: string; readonly labels?: readonly string[] } = {},
): Track {
  const cuts = events.flatMap(({ atMs, event }): TrackPoint[] => {
    if (event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.interrupted === true)
      return [{ atMs, label: inShort(event.item).replace(/^assistant!: /u, 'heard: ') }];
    return [];
  });
  return {
    name,
    spans: played.map(({ startedMs, endedMs }, index) => ({ fromMs: startedMs, toMs: endedMs, label: labels[index] ?? 'speaking' })),
    points: cuts,
  };
}

/** Events of one type, by a label each. */
export const eventTrack = (
  { events }: Drawn,
  { name, type, label }: { readonly name: string; readonly type: string; readonly label: string },
): Track => ({
  name,
  points: events.flatMap(({ atMs, event }) => (event.type === type ? [{ atMs, label }] : [])),
});

/** What the turn detector was asked. */
export const detectorTrack = ({ predictions }: Drawn, answers: readonly string[], name = 'detector'): Track => ({
  name,
  points: predictions.map((asked, index) => ({ atMs: Number(asked.split(' ')[0]), label: `asked: ${answers[index] ?? '?'}` })),
});
