import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createWavWriter } from '../audio/wav-writer.js';
import type { PlayoutEvent } from '../provider/audio-output.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { createBackgroundAudio } from './background-audio.js';
import type { BackgroundAudioOptions } from './background-options.js';
import { memoryIO } from './memory-io.js';
import { createMixedAudioOutput } from './mixed-output.js';

const rate = 16_000;
const frame = (value: number, durationMs = 20, sampleRate = rate): AudioFrame => ({
  samples: new Int16Array((durationMs * sampleRate) / 1_000).fill(value),
  sampleRate,
  channels: 1,
  atMs: 0,
});
const lasting = (durationMs: number, value: number): readonly AudioFrame[] => Array.from({ length: durationMs / 20 }, () => frame(value));

/** What is heard, sample by sample from the output's creation on; nothing where there was a hole, and a throw where something came twice. */
function open(options: BackgroundAudioOptions = {}) {
  const clock = new VirtualClock();
  const background = createBackgroundAudio(options);
  const heard = new Map<number, number>();
  const output = createMixedAudioOutput({
    clock,
    sampleRate: rate,
    background,
    onAudio: ({ samples, atMs }) => {
      const start = Math.round((atMs * rate) / 1_000);
      samples.forEach((sample, index) => {
        if (heard.has(start + index)) throw new Error(`sample ${start + index} came twice`);
        heard.set(start + index, sample);
      });
    },
  });
  const events: (PlayoutEvent & { readonly at: number })[] = [];
  const read = async () => {
    for await (const event of output.events) events.push({ ...event, at: clock.now() });
  };
  const at = (ms: number) => heard.get((ms * rate) / 1_000);
  return { clock, background, output, heard, at, events, done: read() };
}

test('the place is heard before, behind and after the voice, which is played and told to the sample', async () => {
  const { clock, output, at, heard, events } = open({ ambientSound: { source: lasting(100, 1000), volume: 0.5 } });
  await clock.advanceTo(307);
  void output.write('a', frame(4000, 50));
  output.end('a');
  await clock.advanceTo(1000);
  expect([at(200), at(306), at(307), at(330), at(356), at(357), at(900)]).toEqual([500, 500, 4500, 4500, 4500, 500, 500]);
  expect(events.map(({ type, at: atMs }) => [type, atMs])).toEqual([
    ['started', 307],
    ['finished', 357],
  ]);
  expect([...heard.keys()]).toEqual(Array.from({ length: heard.size }, (_, index) => index));
  await output[Symbol.asyncDispose]();
  clock.assertIdle();
});

test('an interruption clears the voice, to the sample, and leaves the place as it is', async () => {
  const { clock, output, at, events } = open({ ambientSound: lasting(20, 1000) });
  await clock.advanceTo(100);
  void output.write('a', frame(4000, 5000));
  await clock.advanceTo(403);
  output.clear();
  await clock.advanceTo(600);
  expect([at(402), at(403), at(590)]).toEqual([5000, 1000, 1000]);
  expect(events.at(-1)).toEqual({ type: 'finished', segmentId: 'a', playedMs: 303, complete: false, at: 403 });
  await output[Symbol.asyncDispose]();
});

test('the voice is played at the same samples as without a background', async () => {
  const play = async (options: BackgroundAudioOptions) => {
    const { clock, output, events, heard } = open(options);
    const times = [3.7, 41.2, 87.9, 300.123, 444.4];
    for (const [index, atMs] of times.entries()) {
      await clock.advanceTo(atMs);
      void output.write(`s${index}`, frame(100 + index, 37));
      output.end(`s${index}`);
    }
    await clock.advanceTo(1000);
    await output[Symbol.asyncDispose]();
    return { events: events.filter(({ type }) => type !== 'progress'), heard };
  };
  const alone = await play({});
  const mixed = await play({ ambientSound: { source: lasting(20, 1000), volume: 0 } });
  expect(mixed.events).toEqual(alone.events);
  const voiced = ({ heard }: { readonly heard: Map<number, number> }) => [...heard.values()].filter((sample) => sample !== 0);
  expect(voiced(mixed)).toEqual(voiced(alone));
  expect(voiced(alone)).toHaveLength((5 * 37 * rate) / 1_000);
});

test('nothing jumps: a sound gets louder and quieter over 20 ms, or as long as it is told', async () => {
  const { clock, background, at, heard } = open();
  const sound = background.play(lasting(40, 16_000), { loop: true });
  await clock.advanceTo(200);
  expect(at(100)).toBe(16_000);
  sound.setVolume(0.5, { fadeMs: 100 });
  await clock.advanceTo(400);
  expect(at(390)).toBe(8_000);
  sound.stop();
  await clock.advanceTo(500);
  expect(sound.isOver).toBe(true);
  const samples = [...heard.values()];
  const steps = samples.slice(1).map((sample, index) => Math.abs(sample - (samples[index] ?? 0)));
  expect(Math.max(...steps)).toBeLessThanOrEqual(51);
  expect(Math.abs(samples.at(-1) ?? 1)).toBe(0);
  expect(clock.pendingTimers).toBe(0);
});

test('a sound that is over says so when its last sample was given away, and the output rests', async () => {
  const { clock, background, heard } = open();
  await clock.advanceTo(1000);
  const sound = background.play(lasting(200, 1000));
  await clock.runUntil(sound.waitForPlayout());
  expect(clock.now()).toBe(1200);
  await clock.runUntilIdle();
  expect(heard.size).toBeGreaterThanOrEqual((200 * rate) / 1_000);
  expect(heard.size).toBeLessThanOrEqual((240 * rate) / 1_000);
});

test('sounds play beside each other, and what is too loud is cut at full scale', async () => {
  const { clock, background, at } = open();
  background.play(lasting(100, 1000));
  background.play(lasting(200, 500));
  await clock.advanceTo(250);
  expect([at(50), at(150)]).toEqual([1500, 500]);
  background.play(lasting(100, 30_000), { volume: 4 });
  background.play(lasting(100, 30_000), { volume: 4 });
  await clock.advanceTo(340);
  expect(at(300)).toBe(32_767);
});

test('sounds of other rates are converted', async () => {
  const { clock, background, heard } = open();
  const sound = background.play(Array.from({ length: 10 }, () => frame(1000, 20, 48_000)));
  await clock.runUntil(sound.waitForPlayout());
  const loud = [...heard.values()].filter((sample) => sample > 500).length;
  expect(loud / rate).toBeGreaterThan(0.18);
  expect(loud / rate).toBeLessThan(0.201);
});

test('a WAV file is played, over and over if it is to be, and is closed when it is over', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sound-'));
  try {
    const path = join(folder, 'hum.wav');
    const writer = await createWavWriter(path, { sampleRate: rate, channels: 2 });
    await writer.write(new Int16Array(2 * 1600).fill(1000));
    await writer.close();
    const { clock, background, at, output } = open({ ambientSound: path });
    const once = background.play(path);
    await clock.advanceTo(1000);
    expect([at(60), at(500), at(930)]).toEqual([2000, 1000, 1000]);
    expect(once.isOver).toBe(true);
    await output[Symbol.asyncDispose]();
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a generator is read no further ahead than half a second, and left alone when it is stopped', async () => {
  let made = 0;
  let isLeft = false;
  function* endless() {
    try {
      for (;;) {
        made += 1;
        yield frame(1000);
      }
    } finally {
      isLeft = true;
    }
  }
  const { clock, background } = open();
  const sound = background.play(endless());
  await clock.advanceTo(2000);
  expect(made).toBeGreaterThan(100);
  expect(made).toBeLessThanOrEqual(100 + 26);
  sound.stop();
  await clock.advanceTo(2100);
  expect(isLeft).toBe(true);
  expect(clock.pendingTimers).toBe(0);
});

test('a generator that can be read once is not repeated', async () => {
  const { clock, background } = open();
  const sound = background.play(lasting(100, 1000).values(), { loop: true });
  await clock.runUntil(sound.waitForPlayout());
  expect(clock.now()).toBeLessThan(200);
});

test('a source that is late is silent meanwhile, and comes without a click', async () => {
  const { clock, background, heard } = open();
  async function* late() {
    yield* lasting(100, 16_000);
    await new Promise<void>((resolve) => void clock.after(500, resolve));
    yield* lasting(100, 16_000);
  }
  const sound = background.play(late());
  await clock.runUntil(sound.waitForPlayout());
  const samples = [...heard.values()];
  const rises = samples.slice(1).map((sample, index) => sample - (samples[index] ?? 0));
  expect(Math.max(...rises)).toBeLessThanOrEqual(51);
  expect(samples.filter((sample) => sample > 0)).toHaveLength((200 * rate) / 1_000);
});

test('a sound that cannot be read rejects, the ambient one is told to the log, and all else goes on', async () => {
  const lines: string[] = [];
  const logger = { log: (level: string, message: string) => void lines.push(`${level} ${message}`) };
  const { clock, background, at } = open({ ambientSound: 'not-there.wav', logger });
  const bad = background.play(() => [{ ...frame(1), sampleRate: 0 }]);
  const long = background.play([frame(1, 1000)]);
  const good = background.play(lasting(200, 1000));
  await clock.runUntil(good.waitForPlayout());
  await expect(bad.waitForPlayout()).rejects.toThrow('a background sound gave a frame of a sample rate that is none');
  await expect(long.waitForPlayout()).rejects.toThrow('a frame of 1000 ms');
  expect(lines).toEqual(['warn the ambient sound cannot be played']);
  expect(at(100)).toBe(1000);
});

test('what is asked for before there is an output begins with it', async () => {
  const background = createBackgroundAudio();
  const clock = new VirtualClock();
  const music = background.play(lasting(100, 1000));
  await clock.advanceTo(5000);
  expect(music.isOver).toBe(false);
  const output = createMixedAudioOutput({ clock, sampleRate: rate, background });
  await clock.runUntil(music.waitForPlayout());
  expect(clock.now()).toBe(5100);
  await output[Symbol.asyncDispose]();
});

test('disposing ends all at once: its sounds are over, and nothing more can be played', async () => {
  const { clock, background, output } = open({ ambientSound: lasting(20, 1000) });
  const music = background.play(lasting(100, 1000), { loop: true });
  await clock.advanceTo(100);
  await output[Symbol.asyncDispose]();
  await music.waitForPlayout();
  background[Symbol.dispose]();
  expect(() => background.play(lasting(20, 1))).toThrow('was disposed');
  clock.assertIdle();
});

test('a receiver of audio that throws closes the output at the next word, and the reader of events hears of it', async () => {
  const clock = new VirtualClock();
  const output = createMixedAudioOutput({
    clock,
    sampleRate: rate,
    background: createBackgroundAudio({ ambientSound: lasting(20, 1000) }),
    onAudio: () => {
      throw new Error('no room on the tape');
    },
  });
  const reading = (async () => {
    for await (const _ of output.events);
  })().catch((error: unknown) => error);
  await clock.advanceTo(100);
  void output.write('a', frame(1, 50));
  await clock.advanceTo(200);
  expect(await reading).toMatchObject({ message: 'no room on the tape' });
  await output[Symbol.asyncDispose]();
  clock.assertIdle();
});

test.each<[string, () => unknown, string]>([
  ['an unknown option', () => createBackgroundAudio(Object.fromEntries([['ambience', 'x.wav']])), 'there is no option "ambience"'],
  ['a sound that is none', () => createBackgroundAudio({ ambientSound: '' }), 'option "ambientSound" is the path of a WAV file'],
  ['a volume', () => createBackgroundAudio({ ambientSound: { source: 'x.wav', volume: 5 } }), 'from 0 to 4, not 5'],
  ['a probability', () => createBackgroundAudio({ thinkingSound: { source: 'x.wav', probability: 2 } }), 'from 0 to 1, not 2'],
  ['a volume of play', () => createBackgroundAudio().play('x.wav', { volume: -1 }), 'not -1'],
  ['a fade', () => createBackgroundAudio().play('x.wav', { fadeMs: Number.NaN }), 'not NaN'],
  ['too many', () => Array.from({ length: 33 }, play32()), '32 background sounds play already'],
  ['a background without pace', () => memoryIO({ pace: false, background: createBackgroundAudio() }), 'leave "pace" true'],
])('%s is refused', (_, act, message) => {
  expect(act).toThrow(message);
});

function play32() {
  const background = createBackgroundAudio();
  return () => background.play('x.wav');
}

test('one background is played by one output', () => {
  const { clock, background } = open();
  expect(() => createMixedAudioOutput({ clock, sampleRate: rate, background })).toThrow('by an output already');
});
