import type { Json } from '@parley/core/provider';
import type { Pattern } from './pattern.js';
import type { SlotPhrase, Slots } from './slots.js';

/** What was said for a slot, by the name that the pattern gives it. */
export interface Filled {
  readonly said: string;
  readonly value: Json;
}

export type FilledSlots = Readonly<Record<string, Filled>>;

/** The words of a text, as patterns have them: small letters and apostrophes; other punctuation and hyphens divide words. */
export function wordsOf(text: string): string[] {
  const plain = text
    .toLowerCase()
    .replaceAll('’', "'")
    .replaceAll(/[^\p{L}\p{N}']/gu, ' ');
  return plain
    .split(' ')
    .map((word) => word.replace(/^'(.*)'$/, '$1'))
    .filter((word) => word !== '' && word !== "'");
}

/**
 * The slots of a sentence that the pattern holds as a whole, or nothing. Where it can be read in several ways, what is written first in
 * the pattern wins, and what may be left out is taken in.
 */
export function matchPattern(pattern: Pattern, words: readonly string[], slots: Slots): FilledSlots | undefined {
  for (const { end, filled } of readings(pattern, { words, at: 0, slots, filled: {} })) {
    if (end === words.length) return filled;
  }
  return undefined;
}

interface Place {
  readonly words: readonly string[];
  readonly at: number;
  readonly slots: Slots;
  readonly filled: FilledSlots;
}

interface Reading {
  readonly end: number;
  readonly filled: FilledSlots;
}

function* readings(pattern: Pattern, place: Place): Generator<Reading, void, void> {
  switch (pattern.type) {
    case 'word':
      if (place.words[place.at] === pattern.word) yield { end: place.at + 1, filled: place.filled };
      return;
    case 'optional':
      yield* readings(pattern.part, place);
      yield { end: place.at, filled: place.filled };
      return;
    case 'choice':
      for (const option of pattern.options) yield* readings(option, place);
      return;
    case 'sequence':
      yield* sequenceReadings(pattern.parts, place);
      return;
    case 'slot':
      yield* slotReadings(pattern.name, place.slots.get(pattern.slot) ?? [], place);
      return;
    default:
      return pattern satisfies never;
  }
}

function* sequenceReadings([first, ...rest]: readonly Pattern[], place: Place): Generator<Reading, void, void> {
  if (first === undefined) {
    yield { end: place.at, filled: place.filled };
    return;
  }
  for (const { end, filled } of readings(first, place)) yield* sequenceReadings(rest, { ...place, at: end, filled });
}

function* slotReadings(name: string, phrases: readonly SlotPhrase[], { words, at, filled }: Place): Generator<Reading, void, void> {
  for (const phrase of phrases) {
    if (!phrase.words.every((word, index) => words[at + index] === word)) continue;
    yield { end: at + phrase.words.length, filled: { ...filled, [name]: { said: phrase.words.join(' '), value: phrase.value } } };
  }
}
