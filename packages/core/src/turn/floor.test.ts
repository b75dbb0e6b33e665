import { describe, expect, test } from 'vitest';
import {
  addSpeech,
  emptyFloor,
  type Floor,
  nextHolder,
  outdatedReplies,
  queueSpeech,
  releaseFloor,
  speechesToInterrupt,
  updateSpeech,
} from './floor.js';

const waiting = (...speeches: readonly { readonly id: string; readonly priority?: number; readonly isProtected?: boolean }[]): Floor =>
  speeches.reduce(
    (floor, { id, priority = 0, isProtected = false }, sequence) =>
      queueSpeech(addSpeech(floor, { id, priority, sequence, allowInterruptions: !isProtected, thinks: true, answersUser: true }), id),
    emptyFloor,
  );
const held = (floor: Floor, id: string): Floor => ({ ...updateSpeech(floor, id, { stage: 'speaking' }), holderId: id });
const ids = (speeches: readonly { readonly id: string }[]): string[] => speeches.map(({ id }) => id);

describe('the floor', () => {
  test('goes to the highest priority, then to who came first', () => {
    expect(nextHolder(waiting({ id: 'a' }, { id: 'b' }, { id: 'c', priority: 1 }), false)?.id).toBe('c');
    expect(nextHolder(waiting({ id: 'a' }, { id: 'b' }), false)?.id).toBe('a');
  });

  test('is not given while somebody has it', () => {
    expect(nextHolder(held(waiting({ id: 'a' }, { id: 'b' }), 'a'), false)).toBeUndefined();
  });

  test('is kept for a user who has begun to speak, but not from a protected speech', () => {
    expect(nextHolder(waiting({ id: 'a' }), true)).toBeUndefined();
    expect(nextHolder(waiting({ id: 'a', isProtected: true }), true)?.id).toBe('a');
  });

  test('is free once its holder works or has ended', () => {
    const floor = held(waiting({ id: 'a' }, { id: 'b' }), 'a');
    expect(nextHolder(releaseFloor(floor, 'a', 'working'), false)?.id).toBe('b');
    expect(ids(releaseFloor(floor, 'a', 'ended').speeches)).toEqual(['b']);
  });
});

describe('S032 interrupt', () => {
  const mixed = held(waiting({ id: 'playing' }, { id: 'open' }, { id: 'protected', isProtected: true }, { id: 'last' }), 'playing');

  test('takes what plays and what waits, up to the first protected speech', () => {
    expect(ids(speechesToInterrupt(mixed, false).stopped)).toEqual(['playing', 'open']);
    expect(speechesToInterrupt(mixed, false).shield?.id).toBe('protected');
  });

  test('by force takes all', () => {
    expect(ids(speechesToInterrupt(mixed, true).stopped)).toEqual(['playing', 'open', 'protected', 'last']);
  });

  test('goes in playout order, not in the order of creation', () => {
    const floor = held(waiting({ id: 'playing' }, { id: 'low' }, { id: 'high', priority: 1, isProtected: true }), 'playing');
    expect(ids(speechesToInterrupt(floor, false).stopped)).toEqual(['playing']);
  });

  test('is not stopped by a protected speech that is cancelled already', () => {
    const floor = updateSpeech(held(waiting({ id: 'gone', isProtected: true }, { id: 'open' }), 'gone'), 'gone', { stage: 'cancelling' });
    expect(ids(speechesToInterrupt(floor, false).stopped)).toEqual(['open']);
  });

  test('touches nothing where a protected speech is the first', () => {
    const floor = waiting({ id: 'first', isProtected: true }, { id: 'open' }, { id: 'last', isProtected: true });
    expect(speechesToInterrupt(floor, false)).toMatchObject({ stopped: [], shield: { id: 'first' } });
  });

  test('reaches a speech that was announced only now, after all others', () => {
    const { id, ...speech } = { id: 'new', priority: 9, sequence: 9, allowInterruptions: true, thinks: true, answersUser: false };
    const floor = addSpeech(held(waiting({ id: 'playing' }, { id: 'open' }), 'playing'), { id, ...speech });
    expect(ids(speechesToInterrupt(floor, false).stopped)).toEqual(['playing', 'open', 'new']);
  });
});

describe('a newer turn', () => {
  const outdated = (floor: Floor): string[] => ids(outdatedReplies(floor));

  test('makes idle what waits to answer an earlier one, protected or not', () => {
    expect(outdated(held(waiting({ id: 'playing' }, { id: 'open' }, { id: 'protected', isProtected: true }), 'playing'))).toEqual([
      'open',
      'protected',
    ]);
  });

  test('leaves what the application asked for', () => {
    expect(outdated(updateSpeech(waiting({ id: 'said' }), 'said', { answersUser: false }))).toEqual([]);
  });

  test('leaves a protected reply that is heard already, or has called a tool', () => {
    const floor = waiting({ id: 'heard', isProtected: true }, { id: 'acted', isProtected: true }, { id: 'open' });
    const marks = { heard: { isHeard: true }, acted: { hasActed: true }, open: { hasActed: true } };
    expect(outdated(Object.entries(marks).reduce((marked, [id, mark]) => updateSpeech(marked, id, mark), floor))).toEqual(['open']);
  });
});
