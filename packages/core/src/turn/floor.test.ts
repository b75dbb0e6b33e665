import { describe, expect, test } from 'vitest';
import { addSpeech, emptyFloor, type Floor, nextHolder, releaseFloor, speechesToInterrupt, updateSpeech } from './floor.js';

const waiting = (...speeches: readonly { readonly id: string; readonly priority?: number; readonly isProtected?: boolean }[]): Floor =>
  speeches.reduce(
    (floor, { id, priority = 0, isProtected = false }, sequence) =>
      addSpeech(floor, { id, priority, sequence, allowInterruptions: !isProtected, thinks: true }),
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
    expect(ids(speechesToInterrupt(mixed, false))).toEqual(['playing', 'open']);
  });

  test('by force takes all', () => {
    expect(ids(speechesToInterrupt(mixed, true))).toEqual(['playing', 'open', 'protected', 'last']);
  });

  test('goes in playout order, not in the order of creation', () => {
    const floor = held(waiting({ id: 'playing' }, { id: 'low' }, { id: 'high', priority: 1, isProtected: true }), 'playing');
    expect(ids(speechesToInterrupt(floor, false))).toEqual(['playing']);
  });

  test('is not stopped by a protected speech that is cancelled already', () => {
    const floor = updateSpeech(held(waiting({ id: 'gone', isProtected: true }, { id: 'open' }), 'gone'), 'gone', { stage: 'cancelling' });
    expect(ids(speechesToInterrupt(floor, false))).toEqual(['open']);
  });
});
