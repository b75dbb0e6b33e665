import { createBackgroundAudio } from '@parley/core';
import type { JobRoom } from '@parley/core/provider';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { broughtIO } from './brought-io.js';

const room: JobRoom = {
  name: 'call',
  localIdentity: 'agent',
  state: 'connected',
  participants: [],
  onEvent: () => () => {},
  [Symbol.asyncDispose]: async () => {},
};

test('background sounds pass unheard where a transport brings the ends of the call: who waits for one goes on', async () => {
  const clock = new VirtualClock();
  const background = createBackgroundAudio();
  const io = broughtIO(room, {}, { background, clock });
  const frame = { samples: new Int16Array(800), sampleRate: 16_000, channels: 1, atMs: 0 };
  await clock.runUntil(background.play([frame, frame]).waitForPlayout());
  const music = background.play([frame], { loop: true });
  await clock.advance(1000);
  await io[Symbol.asyncDispose]();
  await music.waitForPlayout();
  expect(music.isOver).toBe(true);
  clock.assertIdle();
});
