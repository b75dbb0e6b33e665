import type { AudioFrame, AudioOutput, PlayoutEvent } from '@parley/core/provider';
import type { AudioOutputEnds } from '../../ends/audio-output-ends.js';
import type { Subject } from '../../subject/subject.js';
import type { Trial } from '../../trial/trial.js';
import { countingSamples } from '../audio-frames.js';

export type OutputTrial = Trial<'audio-output'>;
export type Finished = Extract<PlayoutEvent, { readonly type: 'finished' }>;

const frameMs = 20;
/** What waits to be played is played within so much time on the clock. */
const patienceMs = 3000;

export const instantOut = ({ declared }: Subject<'audio-output'>): string | undefined =>
  declared.pace === 'instant' ? 'pace: instant' : undefined;
export const unheardOut = ({ declared }: Subject<'audio-output'>): string | undefined =>
  declared.heard === undefined ? 'heard: nobody can tell' : undefined;

/** Frames of 20 ms, whose samples count up from `fromMs`, so that lost and swapped ones are seen. */
export function framesFor({ sampleRate, channels }: AudioOutput, lengthMs: number, fromMs = 0): readonly AudioFrame[] {
  const perMs = (sampleRate * channels) / 1000;
  return Array.from({ length: lengthMs / frameMs }, (_one, index) => ({
    samples: countingSamples(frameMs * perMs, Math.round((fromMs + index * frameMs) * perMs)),
    sampleRate,
    channels,
    atMs: fromMs + index * frameMs,
  }));
}

/** Writes in turn, and waits where it is asked to, while time passes. */
export async function writeAll(
  trial: OutputTrial,
  port: AudioOutput,
  segment: { readonly id: string; readonly frames: readonly AudioFrame[] },
): Promise<void> {
  for (const frame of segment.frames) {
    const room = port.write(segment.id, frame);
    if (room !== undefined) await trial.settlesWithin('room for more audio', room, patienceMs);
  }
}

export interface TimedPlayout {
  readonly event: PlayoutEvent;
  /** On the trial's clock. */
  readonly atMs: number;
}

/** An output whose events are read as they come. */
export interface WatchedOutput {
  readonly ends: AudioOutputEnds;
  readonly port: AudioOutput;
  readonly events: readonly TimedPlayout[];
  /** Never rejects. */
  readonly over: Promise<'ended' | { readonly error: unknown }>;
  finished(segmentId: string): readonly Finished[];
}

export async function openOutput(trial: OutputTrial): Promise<WatchedOutput> {
  const ends = await trial.create();
  const { port } = ends;
  const events: TimedPlayout[] = [];
  const over = (async () => {
    try {
      for await (const event of port.events) events.push({ event, atMs: trial.clock.now() });
      return 'ended' as const;
    } catch (error) {
      return { error };
    }
  })();
  return {
    ends,
    port,
    events,
    over,
    finished: (segmentId) => events.flatMap(({ event }) => (event.type === 'finished' && event.segmentId === segmentId ? [event] : [])),
  };
}

/** Writes a segment of this length, ends it, and lets time pass until it must have been played. */
export async function playOut(
  trial: OutputTrial,
  { port }: WatchedOutput,
  { id, lengthMs, fromMs = 0 }: { readonly id: string; readonly lengthMs: number; readonly fromMs?: number },
): Promise<void> {
  await writeAll(trial, port, { id, frames: framesFor(port, lengthMs, fromMs) });
  port.end(id);
  await trial.pass(lengthMs + 500);
}

export const ofSegment = ({ events }: WatchedOutput, segmentId: string): readonly TimedPlayout[] =>
  events.filter(({ event }) => event.segmentId === segmentId);
