import { expect, test } from 'vitest';
import type { BenchCall } from './bench-call.js';
import { pushTogether } from './push-together.js';

/** Hears each frame a turn of the event loop or two after it was pushed. */
function slowCall(): BenchCall & { readonly waiting: () => number } {
  let pushed = 0;
  let heard = 0;
  return {
    push() {
      pushed += 1;
      setImmediate(() => setImmediate(() => (heard += 1)));
    },
    close: async () => {},
    framesHeard: () => heard,
    waiting: () => pushed - heard,
  };
}

test('no frame is pushed before all calls have heard the one before it', async () => {
  const calls = [slowCall(), slowCall()];
  const waiting: number[] = [];
  const watched = calls.map((call): BenchCall => ({
    ...call,
    push(frame) {
      waiting.push(call.waiting());
      call.push(frame);
    },
  }));
  await pushTogether(watched, [{ frames: 5, isVoiced: true }]);
  expect(waiting).toEqual(Array.from({ length: 10 }, () => 0));
});

test('what a call heard before is not counted as heard now', async () => {
  const call = slowCall();
  await pushTogether([call], [{ frames: 3, isVoiced: true }]);
  await pushTogether([call], [{ frames: 3, isVoiced: false }]);
  expect(call.waiting()).toBe(0);
});
