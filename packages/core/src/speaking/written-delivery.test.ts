import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { WrittenDelivery } from './written-delivery.js';
import type { WrittenText } from './written-text.js';

function setUp() {
  const clock = new VirtualClock();
  const written: WrittenText = { text: '' };
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  const delivery = new WrittenDelivery({
    written,
    clock,
    listener: { onStarted: () => note('started'), onHeard: (text) => note(`heard ${text}`), onBroken: () => {} },
  });
  void delivery.done.then(({ complete, heardText }) => note(`${complete ? 'complete' : 'stopped'} ${heardText}`));
  const write = (text: string) => {
    written.text += text;
    delivery.pushText(text);
  };
  return { clock, delivery, account, write };
}

describe('a reply in writing', () => {
  test('is read as it is written, once it has the floor', async () => {
    const { clock, delivery, account, write } = setUp();
    delivery.begin();
    write('Good ');
    await clock.advance(100);
    delivery.authorise();
    await clock.advance(100);
    write('day ');
    await clock.advance(100);
    delivery.endText();
    await clock.advance(0);
    expect(account).toEqual(['100 started', '100 heard Good ', '200 heard Good day ', '300 heard Good day ', '300 complete Good day']);
    expect(delivery.times).toEqual({ playoutStartedMs: 100, playoutEndedMs: 300 });
    expect(await delivery.done).toEqual({ playedMs: 0, complete: true, heardText: 'Good day' });
  });

  test('that has ended waits for the floor', async () => {
    const { clock, delivery, account, write } = setUp();
    write('Good day');
    delivery.endText();
    await clock.advance(500);
    expect(account).toEqual([]);
    delivery.authorise();
    await clock.advance(0);
    expect(account).toEqual(['500 started', '500 heard Good day', '500 complete Good day']);
  });

  test('without text is complete without having started', async () => {
    const { clock, delivery, account } = setUp();
    delivery.authorise();
    delivery.endText();
    await clock.advance(0);
    expect([account, delivery.times]).toEqual([['0 complete '], {}]);
  });

  test('is not held: what was read was read', async () => {
    const { clock, delivery, account, write } = setUp();
    delivery.authorise();
    delivery.hold();
    write('Good');
    delivery.resume();
    await clock.advance(0);
    expect(account).toEqual(['0 started', '0 heard Good']);
  });
});

describe('a stop', () => {
  test('ends it with what was read, and nothing is shown after it', async () => {
    const { clock, delivery, account, write } = setUp();
    delivery.authorise();
    write('Good ');
    await clock.advance(100);
    delivery.stop();
    write('day');
    delivery.endText();
    delivery.stop();
    await clock.advance(0);
    expect(account).toEqual(['0 started', '0 heard Good ', '100 stopped Good']);
    expect(delivery.times).toEqual({ playoutStartedMs: 0, playoutEndedMs: 100 });
  });

  test('before it has the floor means that nothing was read', async () => {
    const { clock, delivery, account, write } = setUp();
    write('Good ');
    delivery.stop();
    delivery.authorise();
    await clock.advance(0);
    expect([account, delivery.times]).toEqual([['0 stopped '], {}]);
  });

  test('after the end changes nothing', async () => {
    const { clock, delivery, account, write } = setUp();
    delivery.authorise();
    write('Good day');
    delivery.endText();
    delivery.stop();
    await clock.advance(0);
    expect(account.at(-1)).toBe('0 complete Good day');
  });
});
