import { expect, test } from 'vitest';
import { drawTracks } from './draw-tracks.js';

test('tracks are drawn on one line of time, with room for each label', () => {
  const drawn = drawTracks([
    { name: 'voice', spans: [{ fromMs: 500, toMs: 2500, label: 'hello' }] },
    { name: 'STT', points: [{ atMs: 2700, label: 'final' }] },
    { name: 'turn', spans: [{ fromMs: 2500, toMs: 3000, label: '500' }], points: [{ atMs: 3000, label: 'over' }] },
    {
      name: 'agent',
      spans: [
        { fromMs: 3000, toMs: 3100 },
        { fromMs: 3100, toMs: 9000, label: 'a longer label than time' },
      ],
    },
  ]);
  expect(drawn.split('\n')).toEqual([
    'ms     500          2500  2700  3000  3100                          9000',
    'voice  ├── hello ───┤',
    'STT                       final',
    'turn                ├─── 500 ───┤ over',
    'agent                           ├─────┼─ a longer label than time ──┤',
  ]);
});
