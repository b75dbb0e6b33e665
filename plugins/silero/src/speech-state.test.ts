import type { VADEvent } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { endSpeech, initialSpeech, nextSpeech, type SpeechRules } from './speech-state.js';

const rules: SpeechRules = { threshold: 0.5, offThreshold: 0.35, minSpeechMs: 64, minSilenceMs: 96 };

/** Probabilities window by window, from 1,000 ms on. */
function hearAll(
  probabilities: readonly number[],
  given: SpeechRules = rules,
): { readonly events: readonly VADEvent[]; readonly atEnd: readonly VADEvent[] } {
  let state = initialSpeech;
  const events: VADEvent[] = [];
  for (const [index, probability] of probabilities.entries()) {
    const next = nextSpeech(state, { atMs: 1000 + index * 32, durationMs: 32, probability }, given);
    state = next.state;
    events.push(...next.events);
  }
  return { events, atEnd: endSpeech(state) };
}

const marks = (events: readonly VADEvent[]) => events.flatMap((event) => (event.type === 'window' ? [] : [[event.type, event.atMs]]));

test.each([
  { name: 'one window of voice is no speech', heard: [0.9, 0, 0], expected: [] },
  { name: 'two windows are, and it began with the first', heard: [0, 0.9, 0.9], expected: [['speech-start', 1032]] },
  { name: 'two windows with silence between them are not', heard: [0.9, 0, 0.9, 0], expected: [] },
  { name: 'the threshold itself counts as voice', heard: [0.5, 0.5], expected: [['speech-start', 1000]] },
  { name: 'before speech the lower threshold does not count', heard: [0.9, 0.4, 0.4, 0.4], expected: [] },
  { name: 'in speech the lower threshold does', heard: [0.9, 0.9, 0.4, 0.35, 0.36, 0.4, 0.4], expected: [['speech-start', 1000]] },
  {
    name: 'speech ended when the voice did',
    heard: [0.9, 0.9, 0.9, 0.34, 0, 0],
    expected: [
      ['speech-start', 1000],
      ['speech-end', 1096],
    ],
  },
  { name: 'a shorter pause does not end it', heard: [0.9, 0.9, 0, 0, 0.9, 0, 0], expected: [['speech-start', 1000]] },
  {
    name: 'speech may begin again',
    heard: [0.9, 0.9, 0, 0, 0, 0.9, 0.9],
    expected: [
      ['speech-start', 1000],
      ['speech-end', 1064],
      ['speech-start', 1160],
    ],
  },
])('$name', ({ heard, expected }) => {
  expect(marks(hearAll(heard).events)).toEqual(expected);
});

test('with durations of zero a single window starts and ends speech', () => {
  expect(marks(hearAll([0.9, 0], { ...rules, minSpeechMs: 0, minSilenceMs: 0 }).events)).toEqual([
    ['speech-start', 1000],
    ['speech-end', 1032],
  ]);
});

test('a window tells the lengths of the present stretches, before the start or end it causes', () => {
  expect(hearAll([0, 0.9, 0.9, 0, 0.9, 0, 0, 0, 0]).events).toEqual([
    { type: 'window', atMs: 1000, probability: 0, speechMs: 0, silenceMs: 32 },
    { type: 'window', atMs: 1032, probability: 0.9, speechMs: 32, silenceMs: 0 },
    { type: 'window', atMs: 1064, probability: 0.9, speechMs: 64, silenceMs: 0 },
    { type: 'speech-start', atMs: 1032 },
    { type: 'window', atMs: 1096, probability: 0, speechMs: 64, silenceMs: 32 },
    { type: 'window', atMs: 1128, probability: 0.9, speechMs: 128, silenceMs: 0 },
    { type: 'window', atMs: 1160, probability: 0, speechMs: 128, silenceMs: 32 },
    { type: 'window', atMs: 1192, probability: 0, speechMs: 128, silenceMs: 64 },
    { type: 'window', atMs: 1224, probability: 0, speechMs: 128, silenceMs: 96 },
    { type: 'speech-end', atMs: 1160 },
    { type: 'window', atMs: 1256, probability: 0, speechMs: 0, silenceMs: 128 },
  ]);
});

test('silence counts on over what was passed over', () => {
  const first = nextSpeech(initialSpeech, { atMs: 0, durationMs: 32, probability: 0 }, rules);
  const later = nextSpeech(first.state, { atMs: 60_000, durationMs: 32, probability: 0 }, rules);
  expect(later.events).toEqual([{ type: 'window', atMs: 60_000, probability: 0, speechMs: 0, silenceMs: 60_032 }]);
});

test('speech under way at the end of the input ended with its voice', () => {
  expect(hearAll([0.9, 0.9, 0]).atEnd).toEqual([{ type: 'speech-end', atMs: 1064 }]);
  expect(hearAll([0.9, 0]).atEnd).toEqual([]);
  expect(hearAll([]).atEnd).toEqual([]);
});
