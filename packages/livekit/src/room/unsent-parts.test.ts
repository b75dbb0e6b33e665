import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { UnsentParts } from './unsent-parts.js';

function trial() {
  const clock = new VirtualClock();
  const lines: unknown[] = [];
  const room = { isOver: false };
  const logger = { log: (level: string, message: string, fields?: object) => void lines.push([level, message, fields]) };
  return { clock, lines, room, unsent: new UnsentParts({ clock, logger, isRoomOver: () => room.isOver }) };
}
const line = (level: string, parts: number) => [level, 'a part of the transcript was not sent', { error: 'Error: first', parts }];

test('what is not sent in a room that is still there a second later is warned of, in one line', async () => {
  const { clock, lines, unsent } = trial();
  unsent.add(new Error('first'));
  unsent.add(new Error('second'));
  await clock.advance(999);
  expect(lines).toEqual([]);
  await clock.advance(1);
  expect(lines).toEqual([line('warn', 2)]);
  unsent.add(new Error('first'));
  await clock.advance(1000);
  expect(lines).toEqual([line('warn', 2), line('warn', 1)]);
  clock.assertIdle();
});

test('what is not sent since the room is over is no warning, though that was not known yet', async () => {
  const { clock, lines, room, unsent } = trial();
  unsent.add(new Error('first'));
  await clock.advance(20);
  room.isOver = true;
  // The end does not wait.
  await unsent.close();
  expect([lines, clock.now()]).toEqual([[line('debug', 1)], 20]);
  clock.assertIdle();
});

test('an end waits until it is known which of the two it was', async () => {
  const { clock, lines, unsent } = trial();
  unsent.add(new Error('first'));
  await clock.runUntil(unsent.close());
  expect([lines, clock.now()]).toEqual([[line('warn', 1)], 1000]);
  // What fails after the end is nobody's to tell, and leaves no timer.
  unsent.add(new Error('late'));
  await unsent.close();
  expect(lines).toHaveLength(1);
  clock.assertIdle();
});
