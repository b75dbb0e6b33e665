import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacedAudioOutput, type PacedAudioOutputOptions } from '../call-io/paced-output.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { OutputPort } from './output-port.js';
import { Playout } from './playout.js';

const sampleRate = 16_000;
const frameSamples = 320;
const samplesOf = (ms: number): number => Math.round((ms * sampleRate) / 1000);
/** Each sample of a reply tells its place, so that none can be lost or repeated unseen. */
const sampleAt = (place: number): number => (place % 30_000) + 1;

/** A reply on its way to a real output on a virtual clock, and all that was heard. */
function setUp(options: Partial<PacedAudioOutputOptions> = {}) {
  const clock = new VirtualClock();
  const heard: number[] = [];
  const onAudio = ({ samples }: { readonly samples: Int16Array }) => heard.push(...samples);
  const output = createPacedAudioOutput({ clock, sampleRate, onAudio, ...options });
  const failures: unknown[] = [];
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  const progress: number[] = [];
  const playout = new Playout({
    port: new OutputPort(output, { clock, onFailure: (error) => failures.push(error) }),
    clock,
    onStarted: () => note('started'),
    onProgress: (heardMs) => progress.push(heardMs),
    onUnacknowledged: () => note('unacknowledged'),
  });
  void playout.done.then(({ playedMs, complete }) => note(`${complete ? 'complete' : 'stopped'} ${playedMs}`));
  let place = 0;
  /** Gives so much of the reply, in frames of 20 ms. */
  const say = (ms: number) => {
    const { channels } = output;
    for (const end = place + samplesOf(ms); place < end;) {
      const length = Math.min(frameSamples, end - place);
      const from = place;
      const samples = Int16Array.from({ length: length * channels }, (_entry, index) => sampleAt(from + Math.floor(index / channels)));
      playout.push({ samples, sampleRate, channels, atMs: 0 });
      place += length;
    }
  };
  /** Plays to the end; nothing may be left behind. */
  const finish = async () => {
    await clock.runUntil(playout.done);
    await clock.runUntilIdle();
    await output[Symbol.asyncDispose]();
    clock.assertIdle();
    expect(failures).toEqual([]);
    return account;
  };
  const at = (atMs: number, act: () => void) => void clock.after(atMs - clock.now(), act);
  return { clock, output, playout, heard, progress, account, say, finish, at };
}

const ramp = (samples: number): number[] => Array.from({ length: samples }, (_entry, place) => sampleAt(place));

describe('a reply', () => {
  test('is heard once it has the floor, all of it, in order', async () => {
    const { playout, say, finish, heard, at } = setUp();
    say(1000);
    playout.end();
    at(300, () => playout.authorise());
    expect(await finish()).toEqual(['300 started', '1300 complete 1000']);
    expect(heard).toEqual(ramp(16_000));
  });

  test('is heard as it is made, with a break where it is made too slowly', async () => {
    const { playout, say, finish, heard, at } = setUp();
    playout.authorise();
    at(100, () => say(200));
    at(500, () => say(300));
    at(600, () => playout.end());
    expect(await finish()).toEqual(['100 started', '800 complete 500']);
    expect(heard).toEqual(ramp(8000));
  });

  test('may end after all of it was played', async () => {
    const { playout, say, finish, at } = setUp();
    playout.authorise();
    say(200);
    at(500, () => playout.end());
    expect(await finish()).toEqual(['0 started', '500 complete 200']);
  });

  test('that runs dry for a minute waits without a timer, and nothing is wrong', async () => {
    const { clock, playout, say, finish, heard } = setUp();
    playout.authorise();
    say(200);
    await clock.advance(300);
    clock.assertIdle();
    await clock.advance(60_000);
    say(200);
    playout.end();
    expect(await finish()).toEqual(['0 started', '60500 complete 400']);
    expect(heard).toEqual(ramp(6400));
  });

  test('in stereo is heard in stereo', async () => {
    const { playout, say, finish, heard, at } = setUp({ channels: 2 });
    say(310);
    playout.end();
    playout.authorise();
    at(105, () => playout.hold());
    at(400, () => playout.resume());
    expect(await finish()).toContain('605 complete 310');
    expect(heard).toEqual(ramp(4960).flatMap((sample) => [sample, sample]));
  });

  test.each([
    ['authorised first', ['authorise', 'end']],
    ['ended first', ['end', 'authorise']],
  ] as const)('without audio is complete as soon as it has ended and has the floor: %s', async (_order, [first, second]) => {
    const { playout, finish, at } = setUp();
    at(100, () => playout[first]());
    at(200, () => playout[second]());
    expect(await finish()).toEqual(['200 complete 0']);
  });

  test('takes no more audio once it has ended', async () => {
    const { playout, say, finish } = setUp();
    playout.authorise();
    say(100);
    playout.end();
    say(100);
    expect(await finish()).toEqual(['0 started', '100 complete 100']);
    expect(playout.totalMs).toBe(100);
  });

  test('is written no further ahead than the output has room for', async () => {
    const { clock, playout, say, finish, output } = setUp({ bufferMs: 100 });
    let writtenMs = 0;
    const write = output.write.bind(output);
    output.write = (segmentId, frame) => {
      writtenMs += 20;
      return write(segmentId, frame);
    };
    say(2000);
    playout.end();
    playout.authorise();
    await clock.advance(0);
    expect(writtenMs).toBeLessThanOrEqual(120);
    await clock.advance(1000);
    expect(writtenMs).toBeLessThanOrEqual(1120);
    expect(await finish()).toEqual(['0 started', '2000 complete 2000']);
    expect(writtenMs).toBe(2000);
  });

  test('tells how much was heard, growing, at least every 100 ms, and how much is still ahead', async () => {
    const { clock, playout, say, finish, progress } = setUp();
    say(1000);
    playout.authorise();
    await clock.advance(550);
    expect(progress.length).toBeGreaterThanOrEqual(5);
    expect(progress).toEqual(progress.toSorted((one, other) => one - other));
    expect(playout.aheadMs).toBeGreaterThanOrEqual(450);
    expect(playout.aheadMs).toBeLessThanOrEqual(550);
    playout.end();
    await finish();
    expect(playout.aheadMs).toBe(0);
  });
});

describe('a hold', () => {
  test('and a resume, however often and whenever, lose and repeat no sample', async () => {
    const spans = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 300 })), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(spans, fc.integer({ min: 1, max: 1500 }), fc.constantFrom(0, 40, 200), async (drawn, lengthMs, bufferMs) => {
        const { clock, playout, say, finish, heard } = setUp({ bufferMs });
        say(lengthMs / 2);
        playout.authorise();
        for (const [playMs, pauseMs] of drawn) {
          await clock.advance(playMs + 0.3);
          playout.hold();
          await clock.advance(pauseMs);
          playout.resume();
        }
        say(lengthMs / 2);
        playout.end();
        await finish();
        expect(heard).toEqual(ramp(samplesOf(lengthMs / 2) * 2));
      }),
      { numRuns: 60 },
    );
  });

  test('falls silent at once and goes on where it stopped', async () => {
    const { clock, playout, say, finish, heard, at } = setUp();
    say(1000);
    playout.end();
    playout.authorise();
    at(333, () => playout.hold());
    at(2000, () => playout.resume());
    await clock.advance(1999);
    expect(heard).toEqual(ramp(samplesOf(333)));
    expect(await finish()).toEqual(['0 started', '2667 complete 1000']);
    expect(heard).toEqual(ramp(16_000));
  });

  test('before the first frame keeps the reply silent until it is resumed', async () => {
    const { playout, say, finish, heard, at } = setUp();
    playout.authorise();
    playout.hold();
    at(100, () => say(200));
    at(150, () => playout.end());
    at(500, () => playout.resume());
    expect(await finish()).toEqual(['500 started', '700 complete 200']);
    expect(heard).toEqual(ramp(3200));
  });

  test('before it has the floor, and a resume, do not give it the floor', async () => {
    const { clock, playout, say, finish, heard, at } = setUp();
    say(200);
    playout.end();
    playout.hold();
    at(100, () => playout.resume());
    at(1000, () => playout.authorise());
    await clock.advance(999);
    expect(heard).toEqual([]);
    expect(await finish()).toEqual(['1000 started', '1200 complete 200']);
  });

  test('outlasts the floor: given the floor while it is held, it waits for the resume', async () => {
    const { playout, say, finish, at } = setUp();
    say(200);
    playout.end();
    playout.hold();
    at(100, () => playout.authorise());
    at(1000, () => playout.resume());
    expect(await finish()).toEqual(['1000 started', '1200 complete 200']);
  });

  test('twice is once, and so is a resume', async () => {
    const { playout, say, finish, heard, at } = setUp();
    say(400);
    playout.end();
    playout.authorise();
    playout.resume();
    at(100, () => playout.hold());
    at(150, () => playout.hold());
    at(200, () => playout.resume());
    at(250, () => playout.resume());
    expect(await finish()).toEqual(['0 started', '500 complete 400']);
    expect(heard).toEqual(ramp(6400));
  });

  test('that is resumed before the output has acknowledged goes on as soon as it has', async () => {
    const { playout, say, finish, heard, at } = setUp();
    say(400);
    playout.end();
    playout.authorise();
    at(105, () => {
      playout.hold();
      playout.resume();
      playout.hold();
      playout.resume();
    });
    expect(await finish()).toEqual(['0 started', '400 complete 400']);
    expect(heard).toEqual(ramp(6400));
  });

  test('that is resumed before the output has acknowledged writes nothing to the segment that was cleared', async () => {
    const { playout, say, finish, heard, at } = setUp({ bufferMs: 10_000 });
    say(400);
    playout.authorise();
    at(105, () => {
      playout.hold();
      say(100);
      playout.resume();
      say(100);
      playout.end();
    });
    expect(await finish()).toEqual(['0 started', '600 complete 600']);
    expect(heard).toEqual(ramp(9600));
  });

  test('again and again before anything is heard is not taken for a fault of the output', async () => {
    const { clock, playout, say, finish } = setUp();
    say(400);
    playout.end();
    playout.authorise();
    for (let count = 0; count < 6; count += 1) {
      playout.hold();
      await clock.advance(0);
      playout.resume();
      await clock.advance(0);
    }
    expect((await finish()).at(-1)).toBe('400 complete 400');
  });

  test('costs no timer while it lasts', async () => {
    const { clock, playout, say, finish } = setUp();
    say(400);
    playout.end();
    playout.authorise();
    await clock.advance(100);
    playout.hold();
    await clock.advance(1);
    clock.assertIdle();
    playout.resume();
    expect((await finish()).at(-1)).toBe('401 complete 400');
  });

  test('after the last sample changes nothing', async () => {
    const { playout, say, finish, at } = setUp();
    say(200);
    playout.end();
    playout.authorise();
    at(200, () => playout.hold());
    expect(await finish()).toEqual(['0 started', '200 complete 200']);
  });

  test('may be followed by more audio and the end', async () => {
    const { playout, say, finish, heard, at } = setUp();
    say(100);
    playout.authorise();
    at(50, () => playout.hold());
    at(60, () => say(100));
    at(70, () => playout.end());
    at(100, () => playout.resume());
    expect(await finish()).toEqual(['0 started', '250 complete 200']);
    expect(heard).toEqual(ramp(3200));
  });
});

describe('a stop', () => {
  test('while it plays ends it there', async () => {
    const { playout, say, finish, heard, at } = setUp();
    say(1000);
    playout.end();
    playout.authorise();
    at(333, () => playout.stop());
    expect(await finish()).toEqual(['0 started', '333 stopped 333']);
    expect(heard).toEqual(ramp(samplesOf(333)));
  });

  test.each([
    ['before it has audio', 0, 0],
    ['before it has the floor', 200, 0],
  ])('%s ends it at once with nothing heard', async (_when, audioMs, playedMs) => {
    const { playout, say, finish, heard, at } = setUp();
    say(audioMs);
    at(50, () => playout.stop());
    at(60, () => playout.authorise());
    expect(await finish()).toEqual([`50 stopped ${playedMs}`]);
    expect(heard).toEqual([]);
  });

  test('at the instant at which it has the floor is not reported as a start', async () => {
    const { playout, say, finish } = setUp();
    say(200);
    playout.authorise();
    playout.stop();
    expect(await finish()).toEqual(['0 stopped 0']);
  });

  test('while it is held counts what was heard before the hold', async () => {
    const { playout, say, finish, heard, at } = setUp();
    say(1000);
    playout.authorise();
    at(333, () => playout.hold());
    at(500, () => playout.stop());
    at(600, () => playout.resume());
    expect(await finish()).toEqual(['0 started', '500 stopped 333']);
    expect(heard).toEqual(ramp(samplesOf(333)));
  });

  test('right after a hold, before the output has acknowledged, counts the same', async () => {
    const { playout, say, finish, at } = setUp();
    say(1000);
    playout.authorise();
    at(333, () => {
      playout.hold();
      playout.stop();
    });
    expect(await finish()).toEqual(['0 started', '333 stopped 333']);
  });

  test('while the output has no room ends the wait', async () => {
    const { playout, say, finish, at } = setUp({ bufferMs: 0 });
    say(1000);
    playout.authorise();
    at(333, () => playout.stop());
    expect(await finish()).toEqual(['0 started', '333 stopped 333']);
  });

  test('twice, or after the end, does nothing', async () => {
    const { playout, say, finish, at } = setUp();
    say(200);
    playout.end();
    playout.authorise();
    at(100, () => playout.stop());
    at(101, () => playout.stop());
    at(300, () => playout.stop());
    expect(await finish()).toEqual(['0 started', '100 stopped 100']);
  });

  test('takes no more audio', async () => {
    const { playout, say, finish, at } = setUp();
    say(200);
    playout.authorise();
    at(100, () => {
      playout.stop();
      say(200);
    });
    await finish();
    expect(playout.totalMs).toBe(200);
  });

  test('when all of it was played already is no stop', async () => {
    const { playout, say, finish, at } = setUp();
    say(200);
    playout.end();
    playout.authorise();
    at(200, () => playout.stop());
    expect(await finish()).toEqual(['0 started', '200 complete 200']);
  });
});

describe('what is still on its way to the ear', () => {
  test('is not counted as heard when the reply is cut, nor while it plays', async () => {
    const { playout, say, finish, progress, at } = setUp({ latencyMs: 150 });
    say(1000);
    playout.authorise();
    at(500, () => playout.stop());
    expect(await finish()).toEqual(['0 started', '500 stopped 350']);
    expect(Math.max(...progress)).toBeLessThanOrEqual(350);
    expect(progress[0]).toBe(0);
  });

  test('is counted when the reply was played to its end, and never less than nothing', async () => {
    const whole = setUp({ latencyMs: 150 });
    whole.say(300);
    whole.playout.end();
    whole.playout.authorise();
    expect(await whole.finish()).toContain('300 complete 300');
    const cut = setUp({ latencyMs: 150 });
    cut.say(300);
    cut.playout.authorise();
    cut.at(100, () => cut.playout.stop());
    expect(await cut.finish()).toContain('100 stopped 0');
  });
});

test('replies follow each other on one output, each with its own account', async () => {
  const clock = new VirtualClock();
  const heard: number[] = [];
  const output = createPacedAudioOutput({ clock, sampleRate, onAudio: ({ samples }) => heard.push(...samples) });
  const port = new OutputPort(output, { clock, onFailure: () => {} });
  const silent = { onStarted: () => {}, onProgress: () => {}, onUnacknowledged: () => {} };
  for (const value of [1, 2, 3]) {
    const playout = new Playout({ port, clock, ...silent });
    playout.push({ samples: new Int16Array(1600).fill(value), sampleRate, channels: 1, atMs: 0 });
    playout.end();
    playout.authorise();
    if (value === 2) clock.after(50, () => playout.stop());
    expect(await clock.runUntil(playout.done)).toEqual({ playedMs: value === 2 ? 50 : 100, complete: value !== 2 });
  }
  expect([1, 2, 3].map((value) => heard.filter((sample) => sample === value).length)).toEqual([1600, 800, 1600]);
  await output[Symbol.asyncDispose]();
  clock.assertIdle();
});
