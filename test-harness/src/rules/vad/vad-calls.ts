import type { AudioFrame, VAD, VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { speechSample } from '../../speech-sample.js';
import type { Trial } from '../../trial/trial.js';
import { framesOf, type FramingOptions } from '../audio-frames.js';
import { mustEqual, mustHold, shown, Violation } from '../violation.js';

export type Window = Extract<VADEvent, { readonly type: 'window' }>;
type Options = Partial<Pick<VADRequest, 'threshold' | 'minSpeechMs' | 'minSilenceMs'>>;

/** A real model on a busy machine needs more than the five seconds that a vendor on loopback has. */
export const hearingMs = 15_000;

/** The rate that the VAD prefers. */
export const rateOf = ({ capabilities }: VAD): number => {
  const [rate] = capabilities.sampleRates;
  mustHold(rate !== undefined, 'a VAD declares at least one sample rate');
  return rate;
};

export async function* inputOf(frames: readonly (AudioFrame | 'reset')[]): AsyncGenerator<VADInput, void, void> {
  for (const frame of frames) yield frame === 'reset' ? { type: 'reset' } : { type: 'audio', frame };
}

/** The sample, as a call brings it. */
export const spokenFrames = (sampleRate: number, framing: Partial<FramingOptions> = {}): readonly AudioFrame[] =>
  framesOf(speechSample(sampleRate).samples, { sampleRate, ...framing });

export interface Hearing extends Options {
  readonly frames: readonly (AudioFrame | 'reset')[];
  /** Default: that of the first frame. */
  readonly sampleRate?: number;
}

/** All events of audio that is there at once. */
export async function hear(trial: Trial<'vad'>, vad: VAD, { frames, sampleRate, ...options }: Hearing): Promise<readonly VADEvent[]> {
  const rate = sampleRate ?? frames.find((frame) => frame !== 'reset')?.sampleRate ?? rateOf(vad);
  const stream = vad.detect({ ...trial.call().options, ...options, audio: inputOf(frames), sampleRate: rate });
  return trial.settled('the events of the audio', trial.read(stream).all(), hearingMs);
}

export const windowsOf = (events: readonly VADEvent[]): readonly Window[] =>
  events.filter((event): event is Window => event.type === 'window');

/** Starts and ends, with their times. */
export const turnsOf = (events: readonly VADEvent[]): readonly Exclude<VADEvent, Window>[] =>
  events.filter((event): event is Exclude<VADEvent, Window> => event.type !== 'window');

export const timesOf = (events: readonly VADEvent[], type: VADEvent['type']): readonly number[] =>
  events.flatMap((event) => (event.type === type ? [event.atMs] : []));

/** Times and probabilities may differ by a rounding. @throws {Violation} They differ by more, in number or in order. */
export function mustHearTheSame(came: readonly VADEvent[], wanted: readonly VADEvent[], what: string): void {
  mustEqual(came.length, wanted.length, `how many events ${what}`);
  for (const [index, event] of came.entries()) {
    const other = wanted[index];
    const isSame = other?.type === event.type && Math.abs(other.atMs - event.atMs) < 0.5 && isAlike(event, other);
    // Worded only if it is wrong: there are hundreds of events.
    if (!isSame) throw new Violation(`event ${index} ${what}: expected ${shown(other)}, got ${shown(event)}`);
  }
}

const isAlike = (one: VADEvent, other: VADEvent): boolean =>
  one.type !== 'window' ||
  (other.type === 'window' &&
    Math.abs(one.probability - other.probability) < 0.001 &&
    Math.abs(one.speechMs - other.speechMs) < 0.5 &&
    Math.abs(one.silenceMs - other.silenceMs) < 0.5);

/** The same events, so much later. */
export const later = (events: readonly VADEvent[], byMs: number): readonly VADEvent[] =>
  events.map((event) => ({ ...event, atMs: event.atMs + byMs }));
