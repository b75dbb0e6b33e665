import type { Json } from '@parley/core/provider';
import { readWord } from './pattern.js';

/** What may be said for a slot: a list, whose phrases are their own values, or phrases with the values that a tool is to get. */
export type LocalSlot = readonly string[] | Readonly<Record<string, Json>>;

/** One phrase of a slot. */
export interface SlotPhrase {
  readonly words: readonly string[];
  readonly value: Json;
}

export type Slots = ReadonlyMap<string, readonly SlotPhrase[]>;

/** @throws {TypeError} It names the slot, and what is wrong with it. */
export function readSlots(slots: Readonly<Record<string, LocalSlot>>): Slots {
  return new Map(Object.entries(slots).map(([name, slot]) => [name, readSlot(name, slot)] as const));
}

function readSlot(name: string, slot: LocalSlot): SlotPhrase[] {
  const fail = (what: string) => new TypeError(`slot '${name}' ${what}`);
  if (!/^[A-Za-z]\w*$/.test(name)) throw fail('has a name that cannot stand in a pattern: use letters, digits and _');
  const entries: readonly (readonly [string, Json])[] = isList(slot)
    ? slot.map((phrase) => [phrase, phrase] as const)
    : Object.entries(slot);
  if (entries.length === 0) throw fail('has nothing that may be said: give at least one phrase');
  const seen = new Set<string>();
  return entries.map(([phrase, value]) => {
    const texts = phrase.split(/[\s-]+/).filter((word) => word !== '');
    if (texts.length === 0) throw fail('has an empty phrase');
    let words: string[];
    try {
      words = texts.map((text) => readWord(text, `in '${phrase}'`));
    } catch (cause) {
      throw new TypeError(`slot '${name}': ${cause instanceof Error ? cause.message : ''}`, { cause });
    }
    const key = words.join(' ');
    if (seen.has(key)) throw fail(`has the phrase '${key}' twice`);
    seen.add(key);
    return { words, value };
  });
}

/** `Array.isArray` alone leaves a read-only list in both branches. */
const isList = (slot: LocalSlot): slot is readonly string[] => Array.isArray(slot);
