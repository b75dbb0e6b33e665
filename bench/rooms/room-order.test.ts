import { expect, test } from 'vitest';
import { readRoomOrder } from './room-order.js';

test('what an agent is to do is read from the metadata of its dispatch', () => {
  expect(readRoomOrder('{"kind":"call","replyFrames":500,"minInterruptionMs":100,"more":1}')).toEqual({
    kind: 'call',
    replyFrames: 500,
    minInterruptionMs: 100,
  });
});

test('metadata that says nothing of what to do is refused', () => {
  expect(() => readRoomOrder('{"kind":"dance"}')).toThrow('names what to do');
  expect(() => readRoomOrder('null')).toThrow(TypeError);
});
