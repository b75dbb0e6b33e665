import { describe, expect, test } from 'vitest';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import { Channel } from '../stream/channel.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { OutputPort } from './output-port.js';
import { Playout } from './playout.js';

const sampleRate = 16_000;
const frameOf = (ms: number): AudioFrame => ({ samples: new Int16Array((ms * sampleRate) / 1000), sampleRate, channels: 1, atMs: 0 });

/** An output that does nothing by itself: what it says is up to the test. */
function setUp(behaviour: Partial<Pick<AudioOutput, 'write' | 'clear'>> = {}) {
  const clock = new VirtualClock();
  const events = new Channel<PlayoutEvent>({ capacity: 1000 });
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  const output: AudioOutput = {
    sampleRate,
    channels: 1,
    latencyMs: 0,
    write(segmentId, frame) {
      note(`write ${segmentId} ${(frame.samples.length * 1000) / sampleRate}`);
      return behaviour.write?.(segmentId, frame);
    },
    end: (segmentId) => void note(`end ${segmentId}`),
    clear() {
      note('clear');
      behaviour.clear?.();
    },
    events,
    async [Symbol.asyncDispose]() {
      events.end();
    },
  };
  const port = new OutputPort(output, { clock, onFailure: (error) => note(`port: ${String(error)}`) });
  const playout = new Playout({
    port,
    clock,
    onStarted: () => note('started'),
    onProgress: (heardMs) => note(`heard ${heardMs}`),
    onUnacknowledged: () => note('unacknowledged'),
  });
  const at = (atMs: number, act: () => void) => void clock.after(atMs, act);
  const tell = (event: PlayoutEvent) => void events.push(event);
  const finish = async () => {
    const { playedMs, complete, error } = await clock.runUntil(playout.done);
    note(`${complete ? 'complete' : 'stopped'} ${playedMs}${error instanceof Error ? ` ${error.message}` : ''}`);
    clock.assertIdle();
    return account;
  };
  return { clock, playout, events, account, at, tell, finish };
}

const segment = (segmentId: string) => ({
  started: (): PlayoutEvent => ({ type: 'started', segmentId }),
  progress: (playedMs: number): PlayoutEvent => ({ type: 'progress', segmentId, playedMs }),
  finished: (playedMs: number, complete = false): PlayoutEvent => ({ type: 'finished', segmentId, playedMs, complete }),
});
const [one, two] = [segment('segment-1'), segment('segment-2')];

describe('an output that never acknowledges', () => {
  test('is waited for 5 s past the audio it was given, then the reply counts as heard', async () => {
    const { playout, finish } = setUp();
    playout.push(frameOf(400));
    playout.push(frameOf(600));
    playout.end();
    playout.authorise();
    expect(await finish()).toEqual([
      '0 write segment-1 400',
      '0 write segment-1 600',
      '0 end segment-1',
      '6000 unacknowledged',
      '6000 complete 1000',
    ]);
  });

  test('is given more time by what it was given later', async () => {
    const { playout, at, finish } = setUp();
    playout.authorise();
    playout.push(frameOf(1000));
    at(500, () => playout.push(frameOf(3000)));
    at(600, () => playout.end());
    expect((await finish()).slice(-2)).toEqual(['9000 unacknowledged', '9000 complete 4000']);
  });

  test('is given time by each word of it: an end that is late is waited for from there', async () => {
    const { playout, at, tell, finish } = setUp();
    playout.push(frameOf(1000));
    playout.end();
    playout.authorise();
    at(3000, () => tell(one.started()));
    at(3500, () => tell(one.progress(200)));
    expect((await finish()).slice(-3)).toEqual(['3500 heard 200', '9300 unacknowledged', '9300 complete 1000']);
  });

  test('is waited for from the moment at which it began', async () => {
    const { playout, at, tell, finish } = setUp();
    playout.push(frameOf(1000));
    playout.end();
    playout.authorise();
    at(3000, () => tell(one.started()));
    expect((await finish()).slice(-2)).toEqual(['9000 unacknowledged', '9000 complete 1000']);
  });

  test('the end, though it told of all that it played, is waited for as well', async () => {
    const { playout, at, tell, finish } = setUp();
    playout.push(frameOf(1000));
    playout.end();
    playout.authorise();
    at(1000, () => tell(one.progress(1000)));
    expect((await finish()).slice(-2)).toEqual(['6000 unacknowledged', '6000 complete 1000']);
  });

  test('what it is given after it ran dry is waited for like what came before', async () => {
    const { clock, playout, at, tell, finish } = setUp();
    playout.push(frameOf(1000));
    playout.authorise();
    at(1000, () => tell(one.progress(1000)));
    await clock.advance(2000);
    clock.assertIdle();
    playout.push(frameOf(500));
    playout.end();
    expect((await finish()).at(-1)).toBe('7500 complete 1500');
  });

  test('a stop within 5 s counts what the clock says, and no more than was written', async () => {
    const { playout, at, tell, finish } = setUp();
    playout.push(frameOf(1000));
    playout.authorise();
    at(100, () => tell(one.started()));
    at(200, () => tell(one.progress(50)));
    at(450, () => playout.stop());
    expect((await finish()).slice(-3)).toEqual(['450 clear', '5450 unacknowledged', '5450 stopped 300']);
    const late = setUp();
    late.playout.push(frameOf(1000));
    late.playout.authorise();
    late.at(3000, () => late.playout.stop());
    expect((await late.finish()).at(-1)).toBe('8000 stopped 1000');
  });

  test('a hold and goes on after 5 s, from where the clock says it was', async () => {
    const { playout, at, finish, tell } = setUp();
    playout.push(frameOf(1000));
    playout.end();
    playout.authorise();
    at(0, () => tell(one.started()));
    at(400, () => playout.hold());
    at(1000, () => playout.resume());
    at(6100, () => tell(two.finished(600, true)));
    expect((await finish()).slice(-6)).toEqual([
      '0 started',
      '400 clear',
      '5400 unacknowledged',
      '5400 write segment-2 600',
      '5400 end segment-2',
      '6100 complete 1000',
    ]);
  });

  test('a hold of a reply that is still being made does not end the reply', async () => {
    const { playout, at, finish, tell } = setUp();
    playout.push(frameOf(1000));
    playout.authorise();
    at(400, () => playout.hold());
    at(6000, () => playout.resume());
    at(6100, () => playout.end());
    at(6200, () => tell(two.finished(600, true)));
    expect((await finish()).at(-1)).toBe('6200 complete 1000');
  });

  test('that it has played what it was given does not stop the reply: more is asked for all the same', async () => {
    const { clock, playout, account, finish, at, tell } = setUp();
    playout.push(frameOf(1000));
    playout.authorise();
    await clock.advance(5999);
    expect(playout.aheadMs).toBe(1000);
    await clock.advance(1);
    expect(playout.aheadMs).toBe(0);
    expect(account.slice(-2)).toEqual(['6000 unacknowledged', '6000 heard 1000']);
    playout.push(frameOf(500));
    playout.end();
    at(100, () => tell(one.finished(1500, true)));
    expect((await finish()).slice(-3)).toEqual(['6000 write segment-1 500', '6000 end segment-1', '6100 complete 1500']);
  });

  test('is heard no more once it was given up', async () => {
    const { clock, playout, finish, tell, account } = setUp();
    playout.push(frameOf(1000));
    playout.end();
    playout.authorise();
    await finish();
    tell(one.started());
    tell(one.finished(300));
    await clock.advance(0);
    expect(account.at(-1)).toBe('6000 complete 1000');
  });
});

describe('an output that never has room', () => {
  test('is given up 5 s past the audio it took', async () => {
    const { playout, finish } = setUp({ write: () => new Promise(() => {}) });
    playout.push(frameOf(400));
    playout.push(frameOf(600));
    playout.end();
    playout.authorise();
    expect(await finish()).toEqual(['0 write segment-1 400', '5400 unacknowledged', '5400 stopped 400']);
  });

  test('and says that it was cleared is written to again', async () => {
    const { playout, at, finish, tell } = setUp({ write: (segmentId) => (segmentId === 'segment-1' ? new Promise(() => {}) : undefined) });
    playout.push(frameOf(400));
    playout.push(frameOf(600));
    playout.end();
    playout.authorise();
    at(100, () => playout.hold());
    at(100, () => tell(one.finished(100)));
    at(200, () => playout.resume());
    at(1100, () => tell(two.finished(900, true)));
    expect((await finish()).slice(-4)).toEqual([
      '200 write segment-2 300',
      '200 write segment-2 600',
      '200 end segment-2',
      '1100 complete 1000',
    ]);
  });

  test('whose wait fails ends the reply with what was heard, and is silenced', async () => {
    const later = (clock: VirtualClock) => new Promise<void>((_resolve, reject) => void clock.after(300, () => reject(new Error('gone'))));
    const setting = setUp({ write: () => later(setting.clock) });
    const { playout, finish, at, tell } = setting;
    playout.push(frameOf(400));
    playout.push(frameOf(600));
    playout.authorise();
    at(200, () => tell(one.progress(150)));
    expect(await finish()).toEqual(['0 write segment-1 400', '200 heard 150', '300 clear', '300 stopped 150 gone']);
  });

  test('whose wait fails once it was cleared goes on after that: the write was nobody’s any more', async () => {
    let waits = 0;
    const reject = (clock: VirtualClock) => new Promise<void>((_resolve, fail) => void clock.after(300, () => fail(new Error('cleared'))));
    const setting = setUp({ write: () => ((waits += 1) === 1 ? reject(setting.clock) : undefined) });
    const { playout, finish, at, tell } = setting;
    playout.push(frameOf(400));
    playout.end();
    playout.authorise();
    at(200, () => playout.hold());
    at(400, () => tell(one.finished(100)));
    at(500, () => playout.resume());
    at(800, () => tell(two.finished(300, true)));
    expect((await finish()).slice(-3)).toEqual(['500 write segment-2 300', '500 end segment-2', '800 complete 400']);
  });
});

describe('an output that ends a segment by itself', () => {
  test('is given the rest again', async () => {
    const { playout, finish, at, tell } = setUp();
    playout.push(frameOf(400));
    playout.push(frameOf(600));
    playout.end();
    playout.authorise();
    at(500, () => tell(one.finished(500)));
    at(1000, () => tell(two.finished(500, true)));
    expect((await finish()).slice(3)).toEqual(['500 write segment-2 500', '500 end segment-2', '1000 complete 1000']);
  });

  test('three times without playing any of it is not asked again', async () => {
    const dead = setUp({
      write(segmentId) {
        queueMicrotask(() => dead.tell({ type: 'finished', segmentId, playedMs: 0, complete: false }));
        return undefined;
      },
    });
    dead.playout.push(frameOf(400));
    dead.playout.end();
    dead.playout.authorise();
    const account = await dead.finish();
    expect(account.filter((line) => line.includes('write'))).toHaveLength(3);
    expect(account.at(-1)).toBe('0 stopped 0');
  });
});

test('an end that is a hair short of the audio is the end', async () => {
  const { playout, finish, at, tell } = setUp();
  playout.push(frameOf(1000));
  playout.end();
  playout.authorise();
  at(1000, () => tell(one.finished(999.4, true)));
  expect((await finish()).at(-1)).toBe('1000 complete 1000');
});

test('a report that goes back, or beyond what was written, is not believed', async () => {
  const { playout, finish, at, tell, account } = setUp();
  playout.push(frameOf(1000));
  playout.authorise();
  for (const [atMs, playedMs] of [
    [100, 300],
    [200, 100],
    [300, 99_999],
  ] as const) {
    at(atMs, () => tell(one.progress(playedMs)));
  }
  at(400, () => playout.stop());
  at(400, () => tell(one.finished(1000)));
  await finish();
  expect(account.filter((line) => line.includes('heard'))).toEqual(['100 heard 300', '200 heard 300', '300 heard 1000']);
});

test('what the output throws ends the reply with it', async () => {
  const { playout, finish } = setUp({
    write() {
      throw new RangeError('wrong rate');
    },
  });
  playout.push(frameOf(400));
  playout.authorise();
  expect((await finish()).at(-1)).toBe('0 stopped 0 wrong rate');
});

test('one that throws when it is to fall silent ends the reply, held or stopped', async () => {
  const broken = {
    clear: () => {
      throw new Error('no hands');
    },
  };
  for (const act of ['hold', 'stop'] as const) {
    const { playout, finish, at, tell } = setUp(broken);
    playout.push(frameOf(1000));
    playout.authorise();
    at(500, () => tell(one.progress(450)));
    at(600, () => playout[act]());
    expect((await finish()).slice(-3)).toEqual(['600 clear', '600 end segment-1', '600 stopped 450 no hands']);
  }
});

test('one that counts in what is no number is counted for by the clock', async () => {
  const { playout, finish, at, tell } = setUp();
  playout.push(frameOf(1000));
  playout.end();
  playout.authorise();
  at(100, () => tell(one.progress(Number.NaN)));
  at(1000, () => tell(one.finished(Number.NaN, true)));
  expect((await finish()).at(-1)).toBe('1000 complete 1000');
});

test('what it throws later ends the reply with what was heard by then', async () => {
  const { playout, finish, at, tell } = setUp({
    write(_segmentId, frame) {
      if (frame.samples.length > 8000) throw new RangeError('too long');
      return undefined;
    },
  });
  playout.push(frameOf(400));
  playout.authorise();
  at(100, () => tell(one.progress(100)));
  at(200, () => playout.push(frameOf(600)));
  expect((await finish()).at(-1)).toBe('200 stopped 100 too long');
});

test('events that fail are told to the port’s owner, and the reply ends by its deadline', async () => {
  const { playout, events, finish, at } = setUp();
  playout.push(frameOf(1000));
  playout.end();
  playout.authorise();
  at(100, () => events.fail(new Error('device lost')));
  expect((await finish()).slice(-3)).toEqual(['100 port: Error: device lost', '6000 unacknowledged', '6000 complete 1000']);
});
