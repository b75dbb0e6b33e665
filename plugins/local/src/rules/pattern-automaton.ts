import type { Pattern } from './pattern.js';
import type { Slots } from './slots.js';

interface State {
  readonly words: Map<string, State[]>;
  readonly silent: State[];
}

/** A pattern as a nondeterministic automaton: a sentence leads from its start to its end. */
interface Automaton {
  readonly start: State;
  readonly end: State;
}

/** Pairs of sets of states looked at before two patterns are taken to differ: far beyond any that people write. */
const longestSearch = 20_000;

/** Whether every sentence of `inner` is one of `outer`, too: nothing could ever be said that is in `inner` alone. */
export function covers(outer: Pattern, inner: Pattern, slots: Slots): boolean {
  const [outerAutomaton, innerAutomaton] = [automatonOf(outer, slots), automatonOf(inner, slots)];
  const ids = new Map<State, number>();
  const seen = new Set<string>();
  const queue = [{ outer: reached([outerAutomaton.start]), inner: reached([innerAutomaton.start]) }];
  // Subset construction on both at once, stepping by the words of `inner` (Rabin and Scott, 1959).
  for (let pair = queue.pop(); pair !== undefined; pair = queue.pop()) {
    const key = [pair.outer, pair.inner].map((states) => stateKey(states, ids)).join('/');
    if (seen.has(key)) continue;
    if (seen.size >= longestSearch) return false;
    seen.add(key);
    if (pair.inner.has(innerAutomaton.end) && !pair.outer.has(outerAutomaton.end)) return false;
    for (const word of new Set([...pair.inner].flatMap((state) => [...state.words.keys()]))) {
      queue.push({ outer: step(pair.outer, word), inner: step(pair.inner, word) });
    }
  }
  return true;
}

/** Whether nothing at all is among its sentences. */
export function holdsSilence(pattern: Pattern, slots: Slots): boolean {
  const { start, end } = automatonOf(pattern, slots);
  return reached([start]).has(end);
}

function automatonOf(pattern: Pattern, slots: Slots): Automaton {
  const start = newState();
  return { start, end: extend(pattern, start, slots) };
}

const newState = (): State => ({ words: new Map(), silent: [] });

/** Adds the pattern behind a state, and gives the state that it leads to (Thompson, 1968). */
function extend(pattern: Pattern, from: State, slots: Slots): State {
  switch (pattern.type) {
    case 'word':
      return extendByWords([pattern.word], from);
    case 'sequence':
      return pattern.parts.reduce((state, part) => extend(part, state, slots), from);
    case 'optional':
      return join([from, extend(pattern.part, branch(from), slots)]);
    case 'choice':
      return join(pattern.options.map((option) => extend(option, branch(from), slots)));
    case 'slot':
      return join((slots.get(pattern.slot) ?? []).map(({ words }) => extendByWords(words, branch(from))));
    default:
      return pattern satisfies never;
  }
}

function extendByWords(words: readonly string[], from: State): State {
  return words.reduce((state, word) => {
    const next = newState();
    state.words.set(word, [...(state.words.get(word) ?? []), next]);
    return next;
  }, from);
}

function branch(from: State): State {
  const state = newState();
  from.silent.push(state);
  return state;
}

function join(ends: readonly State[]): State {
  const state = newState();
  for (const end of ends) end.silent.push(state);
  return state;
}

/** The states, and those that nothing said leads to. */
function reached(states: readonly State[]): ReadonlySet<State> {
  const all = new Set(states);
  // A set grows while it is gone through.
  for (const state of all) for (const next of state.silent) all.add(next);
  return all;
}

const step = (states: ReadonlySet<State>, word: string): ReadonlySet<State> =>
  reached([...states].flatMap((state) => state.words.get(word) ?? []));

function stateKey(states: ReadonlySet<State>, ids: Map<State, number>): string {
  const numbers = [...states].map((state) => {
    const id = ids.get(state) ?? ids.size;
    ids.set(state, id);
    return id;
  });
  return numbers.sort((left, right) => left - right).join(',');
}
