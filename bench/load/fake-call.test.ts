import { expect, test } from 'vitest';
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
