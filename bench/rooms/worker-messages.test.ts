import { expect, test } from 'vitest';
import { readWorkerMessage, readWorkerSettings } from './worker-messages.js';

test.each([{ type: 'registered' }, { type: 'offer', room: 'room-1', atMs: 12.5 }, { type: 'status', activeJobs: 2, heapMb: 9.5 }])(
  'what a worker says is taken as it is: $type',
  (message) => {
    expect(readWorkerMessage(message)).toEqual(message);
  },
);

test('what is no message of a worker is left alone', () => {
  for (const value of [undefined, 'offer', { type: 'offer' }, { type: 'status', activeJobs: '2' }])
    expect(readWorkerMessage(value)).toBeUndefined();
});

test('a worker that is started without its settings says who starts it', () => {
  expect(() => readWorkerSettings(undefined)).toThrow('started by a measurement');
});
