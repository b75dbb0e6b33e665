import type { AudioFrame, ChatItem, TurnDetection, TurnDetector } from '@parley/core/provider';
import { speechSample } from '../../speech-sample.js';
import type { Subject } from '../../subject/subject.js';
import type { Trial } from '../../trial/trial.js';
import { framesOf, type FramingOptions } from '../audio-frames.js';

export type DetectorTrial = Trial<'turn-detector'>;
export type Question = Parameters<TurnDetection['predict']>[0];
export type Answer = Awaited<ReturnType<TurnDetection['predict']>>;

/** A model on a busy machine needs more than a session gives it. */
export const answerMs = 10_000;

const hearsAudio = ({ declared }: Subject<'turn-detector'>): boolean => declared.capabilities.sampleRates.length > 0;
export const unlessHears = (subject: Subject<'turn-detector'>): string | undefined =>
  hearsAudio(subject) ? undefined : 'audio: not declared';
export const unlessReads = (subject: Subject<'turn-detector'>): string | undefined => {
  const { languages } = subject.declared.capabilities;
  if (hearsAudio(subject)) return 'text: it judges by ear';
  return languages.includes('en') || languages.includes('*') ? undefined : 'languages: not en';
};

export const said = (text: string): ChatItem => ({
  type: 'message',
  role: 'user',
  id: 'u1',
  createdAtMs: 0,
  content: [{ type: 'text', text }],
});

export const question = (more: Partial<Question> = {}): Question => ({
  chat: [{ type: 'message', role: 'assistant', id: 'a1', createdAtMs: 0, content: [{ type: 'text', text: 'How can I help you?' }] }],
  transcript: 'I would like to book a table.',
  language: 'en',
  signal: new AbortController().signal,
  ...more,
});

export interface OpenDetection {
  readonly detector: TurnDetector;
  readonly detection: TurnDetection;
  readonly abort: () => void;
  readonly signal: AbortSignal;
  /** The answer; by default to a finished sentence. */
  readonly ask: (more?: Partial<Question>) => Promise<Answer>;
}

/** A detection, closed at the end of its trial. */
export async function openDetection(trial: DetectorTrial, instance?: TurnDetector): Promise<OpenDetection> {
  const detector = instance ?? (await trial.create());
  const call = trial.call();
  const detection = trial.own(detector.open(call.options));
  return {
    detector,
    detection,
    abort: () => call.abort(),
    signal: call.options.signal,
    ask: (more) => trial.settled('an answer', detection.predict(question(more)), answerMs),
  };
}

/** The sample, or its beginning. */
export const heardFrames = (
  sampleRate: number,
  { untilMs = Infinity, ...framing }: Partial<FramingOptions> & { readonly untilMs?: number } = {},
): readonly AudioFrame[] =>
  framesOf(speechSample(sampleRate).samples.subarray(0, Math.min(untilMs, 60_000) * (sampleRate / 1000)), { sampleRate, ...framing });

export function pushAll(detection: TurnDetection, frames: readonly AudioFrame[]): void {
  for (const frame of frames) detection.push?.(frame);
}
