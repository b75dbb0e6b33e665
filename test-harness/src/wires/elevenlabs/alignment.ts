import type { TTSStep } from '../../wire/tts-wire.js';

type Words = Extract<TTSStep, { readonly type: 'words' }>['words'];

/** Characters with their times in milliseconds, counted from the end of the alignment before it in the same context. */
export interface Alignment {
  readonly chars: readonly string[];
  readonly charStartTimesMs: readonly number[];
  readonly charDurationsMs: readonly number[];
}

/**
 * Turns words into what the vendor sends: the text as it was given, and the text as it is spoken, which begins with a space. Characters outside
 * of the Basic Multilingual Plane are one entry of two code units.
 */
export function alignmentOf(words: Words, { text, fromMs }: { readonly text: string; readonly fromMs: number }) {
  const written = words.map(({ inputStart, inputEnd, ...times }, index) => ({
    ...times,
    text: text.slice(inputStart, inputEnd),
    space: index === 0 ? '' : text.slice(words[index - 1]?.inputEnd, inputStart),
  }));
  const spoken = words.map((word) => ({ ...word, space: ' ' }));
  return { alignment: charactersOf(written, fromMs), normalizedAlignment: charactersOf(spoken, fromMs) };
}

interface TimedWord {
  /** Before it; takes what time there is up to it. */
  readonly space: string;
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

function charactersOf(words: readonly TimedWord[], fromMs: number): Alignment {
  const chars: string[] = [];
  const edgesMs: (readonly [number, number])[] = [];
  const add = (text: string, startMs: number, endMs: number) => {
    const own = Array.from(text);
    const edgeMs = (index: number) => Math.round(startMs - fromMs + ((endMs - startMs) * index) / own.length);
    chars.push(...own);
    edgesMs.push(...own.map((_, index) => [edgeMs(index), edgeMs(index + 1)] as const));
  };
  for (const [index, { space, text, startMs, endMs }] of words.entries()) {
    add(space, Math.min(startMs, words[index - 1]?.endMs ?? fromMs), startMs);
    add(text, startMs, endMs);
  }
  return {
    chars,
    charStartTimesMs: edgesMs.map(([startMs]) => startMs),
    charDurationsMs: edgesMs.map(([startMs, endMs]) => endMs - startMs),
  };
}
