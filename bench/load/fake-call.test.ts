import type { VADEvent, VADRequest } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { createFakeVAD } from '../fakes/fake-vad.js';
import { startFakeCall } from './fake-call.js';
import { pushTogether } from './push-together.js';

const turn = [
  { frames: 4, isVoiced: true },
  { frames: 4, isVoiced: false },
] as const;

test.each(['instant', 'paced'] as const)('a call on %s output answers a turn of a few frames at once, by one reply', async (output) => {
  let replies = 0;
  const call = await startFakeCall({ output, onReply: () => void (replies += 1) });
  await pushTogether([call], turn);
  expect(replies).toBe(1);
  await call.close();
  expect(call.session.history.messages('user').length).toBe(1);
});

test('each further turn is answered by one more reply, and the history holds them all', async () => {
  let replies = 0;
  const call = await startFakeCall({ output: 'instant', onReply: () => void (replies += 1) });
  await pushTogether([call], [...turn, ...turn, ...turn]);
  await call.session.waitForIdle();
  await call.close();
  expect(replies).toBe(3);
  expect(call.session.history.messages('assistant').length).toBe(3);
});

test('the frame that completes the least speech that interrupts clears the output, and no earlier one does', async () => {
  let cleared = 0;
  const call = await startFakeCall({
    output: 'paced',
    voice: { framesPerSegment: 500 },
    minInterruptionMs: 60,
    onClear: () => void (cleared += 1),
  });
  await pushTogether([call], [...turn, { frames: 2, isVoiced: true }]);
  expect(cleared).toBe(0);
  await pushTogether([call], [{ frames: 1, isVoiced: true }]);
  expect(cleared).toBe(1);
  await call.close();
});

test('with a VAD of its own that hears no speech a call is answered when the STT has heard the end', async () => {
  let replies = 0;
  async function* detect({ audio }: VADRequest): AsyncGenerator<VADEvent, void, void> {
    // Reads all and says nothing.
    for await (const _ of audio) yield* [];
  }
  const call = await startFakeCall({ output: 'instant', vad: { ...createFakeVAD(), detect }, onReply: () => void (replies += 1) });
  await pushTogether([call], turn);
  expect(replies).toBe(1);
  await call.close();
});
