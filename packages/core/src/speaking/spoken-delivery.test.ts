import { getEventListeners } from 'node:events';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import { callStream } from '../provider-kit/call-stream.js';
import { APIConnectionError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { TTSCapabilities, TTSEvent, TTSRequest } from '../provider/tts.js';
import { AbortError } from '../stream/abort-error.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { OutputPort } from './output-port.js';
import { SpokenDelivery, type SpokenDeliveryOptions } from './spoken-delivery.js';
import { defaultTextTransforms } from './text-transform.js';
import type { WrittenText } from './written-text.js';

const rate = 16_000;
/** How long the fake TTS takes for a word. */
const wordMs = 200;

function frames(ms: number, sampleRate: number): AudioFrame[] {
  const frame = { samples: new Int16Array((sampleRate * 20) / 1000).fill(1000), sampleRate, channels: 1 };
  return Array.from({ length: ms / 20 }, (_entry, index) => ({ ...frame, atMs: index * 20 }));
}

interface Setting extends Partial<Pick<SpokenDeliveryOptions, 'recorded' | 'transforms' | 'maxAheadMs' | 'usesWordTimings'>> {
  readonly capabilities?: Partial<TTSCapabilities>;
  readonly output?: { readonly sampleRate?: number; readonly channels?: number; readonly latencyMs?: number };
  /** Fails in the middle of the segment with this number, each time. */
  readonly failingSegment?: number;
  /** The output throws when it has been given so many frames. */
  readonly framesTaken?: number;
}

function setUp({ capabilities = {}, output: outputOptions = {}, failingSegment = -1, framesTaken = Infinity, ...options }: Setting = {}) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const note = (what: string) => account.push(`${Math.round(clock.now())} ${what}`);
  const sentences: string[] = [];
  let playedSamples = 0;
  const output = createPacedAudioOutput({
    clock,
    sampleRate: rate,
    ...outputOptions,
    onAudio: ({ samples }) => {
      playedSamples += samples.length;
    },
  });
  const write = output.write.bind(output);
  let taken = 0;
  output.write = (segmentId, frame) => {
    taken += 1;
    if (taken > framesTaken) throw new Error('the device is gone');
    return write(segmentId, frame);
  };
  const voice: TTSCapabilities = { streaming: true, wordTimings: false, sampleRates: [rate], ...capabilities };
  const synthesize = (request: TTSRequest): AsyncIterable<TTSEvent> =>
    callStream(request, async function* () {
      note(`call at ${request.sampleRate} Hz`);
      for await (const input of request.text) {
        if (input.type === 'flush') {
          yield { type: 'segment-end', segmentId: input.segmentId };
          continue;
        }
        const { segmentId, text } = input;
        sentences.push(text);
        await sleep(50, { clock, signal: request.signal });
        for (const match of text.matchAll(/\S+/g)) {
          for (const frame of frames(wordMs, request.sampleRate)) yield { type: 'audio', segmentId, frame };
          if (segmentId === `sentence-${failingSegment}`) throw new APIConnectionError('lost', { provider: 'fake' });
          const inputEnd = match.index + match[0].length;
          const endMs = (text.slice(0, inputEnd).match(/\S+/g)?.length ?? 0) * wordMs;
          if (voice.wordTimings) yield { type: 'word', segmentId, text: match[0], startMs: endMs - wordMs, endMs, inputEnd };
        }
      }
      yield { type: 'usage', usage: { characters: sentences.join('').length } };
    });
  const written: WrittenText = { text: '' };
  const delivery = new SpokenDelivery({
    tts: { provider: 'fake', model: 'fake-tts', capabilities: voice },
    synthesize,
    call: () => ({ clock, logger: { log: () => {} }, sessionId: 'session-1', callId: 'call-1' }),
    signal: controller.signal,
    connect: { ...defaultConnectOptions, maxRetries: 1 },
    replyDeadlineMs: 8000,
    maxAheadMs: 5000,
    port: new OutputPort(output, { clock, onFailure: () => note('the output failed') }),
    written,
    listener: { onStarted: () => note('started'), onHeard: (text) => note(`heard ${text}`), onBroken: () => {} },
    transforms: defaultTextTransforms,
    usesWordTimings: true,
    onRetry: () => note('retry'),
    onRecovered: () => note('recovered'),
    onFault: ({ message }) => note(`fault: ${message}`),
    onReceipt: (event) => note(event.type),
    onUnacknowledged: () => note('unacknowledged'),
    ...options,
  });
  const say = (text: string) => {
    written.text += text;
    delivery.pushText(text);
  };
  /** Plays to the end; nothing may be left behind. */
  const finish = async () => {
    const result = await clock.runUntil(delivery.done);
    await clock.runUntilIdle();
    await output[Symbol.asyncDispose]();
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    return result;
  };
  const at = (atMs: number, act: () => void) => void clock.after(atMs - clock.now(), act);
  return { clock, controller, delivery, account, sentences, write: say, finish, at, playedSamples: () => playedSamples };
}

/** The whole reply at once, with the floor. */
function start(setting: ReturnType<typeof setUp>, text: string): void {
  setting.write(text);
  setting.delivery.endText();
  setting.delivery.begin();
  setting.delivery.authorise();
}

const two = 'We have two tables left. One is outside by the water.';

describe('a reply', () => {
  test('is spoken sentence by sentence, and heard in full', async () => {
    const setting = setUp();
    start(setting, two);
    expect(await setting.finish()).toEqual({ playedMs: 2200, complete: true, heardText: two });
    expect(setting.sentences).toEqual(['We have two tables left.', 'One is outside by the water.']);
    const { account, delivery } = setting;
    expect(account.slice(0, 2)).toEqual(['0 call at 16000 Hz', '50 started']);
    expect(account).toContain('100 usage');
    expect(delivery.times).toEqual({ firstSentenceMs: 0, firstAudioMs: 50, playoutStartedMs: 50, playoutEndedMs: 2250 });
  });

  test('tells what was heard of it as it grows, and never less than before', async () => {
    const setting = setUp();
    start(setting, two);
    await setting.finish();
    const heard = setting.account.flatMap((line) => /heard (.*)/.exec(line)?.[1] ?? []);
    expect(heard.length).toBeGreaterThan(5);
    for (const [index, text] of heard.entries()) {
      expect(two.startsWith(text)).toBe(true);
      expect(text.length).toBeGreaterThan(heard[index - 1]?.length ?? 0);
    }
  });

  test('costs nothing before it is decided, and is not heard before it has the floor', async () => {
    const setting = setUp();
    const { write, delivery, at, account } = setting;
    write('We have two ');
    at(100, () => write('tables left. Shall I'));
    at(200, () => delivery.begin());
    at(1000, () => delivery.authorise());
    at(1100, () => {
      write(' book one?');
      delivery.endText();
    });
    expect(await setting.finish()).toEqual({ playedMs: 1800, complete: true, heardText: 'We have two tables left. Shall I book one?' });
    expect(account[0]).toBe('200 call at 16000 Hz');
    expect(account).toContain('1000 started');
  });

  test('without anything to say aloud makes no sound', async () => {
    const setting = setUp();
    start(setting, '🎉 --- \n');
    expect(await setting.finish()).toEqual({ playedMs: 0, complete: true, heardText: '🎉 ---' });
    expect(setting.account).toEqual([]);
  });

  test('is remembered as it was written, whatever was spoken in its place', async () => {
    const setting = setUp({ transforms: ['markdown', 'emoji', (text) => text.replaceAll('$5', 'five dollars')] });
    start(setting, 'It costs **$5** 🎉 today, really.');
    expect(await setting.finish()).toMatchObject({ complete: true, heardText: 'It costs **$5** 🎉 today, really.' });
    expect(setting.sentences).toEqual(['It costs five dollars today, really.']);
  });

  test('is the same to the TTS whatever the size of the pieces in which it comes (S140)', async () => {
    const text = 'We have **two** tables 🎉 left. One is _outside_ by the [water](x). It costs 3.50 e.g. with Mr. Smith! Shall I book it?';
    const spoken = async (sizes: readonly number[]) => {
      const setting = setUp();
      setting.delivery.begin();
      setting.delivery.authorise();
      for (let place = 0, index = 0; place < text.length; index += 1) {
        const size = sizes[index % sizes.length] ?? 1;
        setting.write(text.slice(place, place + size));
        place += size;
      }
      setting.delivery.endText();
      await setting.finish();
      return setting.sentences;
    };
    const whole = await spoken([1000]);
    expect(whole[0]).toBe('We have two tables left.');
    for (const size of [1, 2, 3, 5, 7, 11, 50]) expect(await spoken([size])).toEqual(whole);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }), async (sizes) => {
        expect(await spoken(sizes)).toEqual(whole);
      }),
      { numRuns: 20 },
    );
  });
});

describe('rates and channels', () => {
  test('the TTS is asked for the output’s rate where it has it', async () => {
    const setting = setUp({ capabilities: { sampleRates: [24_000, 48_000] }, output: { sampleRate: 48_000 } });
    start(setting, two);
    expect(await setting.finish()).toMatchObject({ playedMs: 2200, complete: true });
    expect(setting.account[0]).toBe('0 call at 48000 Hz');
  });

  test('else for its own best, and what it gives is resampled', async () => {
    const setting = setUp({ capabilities: { sampleRates: [24_000] } });
    start(setting, two);
    const { playedMs, complete } = await setting.finish();
    expect([setting.account[0], complete]).toEqual(['0 call at 24000 Hz', true]);
    expect(playedMs).toBeCloseTo(2200, 0);
  });

  test('a stereo output hears it on both sides', async () => {
    const setting = setUp({ output: { channels: 2 } });
    start(setting, two);
    expect(await setting.finish()).toMatchObject({ playedMs: 2200, complete: true });
    expect(setting.playedSamples()).toBe(2.2 * rate * 2);
  });
});

describe('a reply that is cut', () => {
  test('was heard as far as its syllables say', async () => {
    const setting = setUp();
    start(setting, two);
    setting.at(50 + 650, () => setting.delivery.stop());
    expect(await setting.finish()).toEqual({ playedMs: 650, complete: false, heardText: 'We have two' });
  });

  test('was heard as far as its word timings say, where there are some', async () => {
    const setting = setUp({ capabilities: { wordTimings: true } });
    start(setting, two);
    setting.at(50 + 1250, () => setting.delivery.stop());
    expect(await setting.finish()).toEqual({ playedMs: 1250, complete: false, heardText: 'We have two tables left. One' });
  });

  test('was not heard where it is still on its way to the ear', async () => {
    const setting = setUp({ capabilities: { wordTimings: true }, output: { latencyMs: 100 } });
    start(setting, two);
    setting.at(50 + 450, () => setting.delivery.stop());
    expect(await setting.finish()).toEqual({ playedMs: 350, complete: false, heardText: 'We' });
    expect(setting.account).not.toContain('heard We have');
  });

  test('before it was heard leaves nothing, and pays for no more', async () => {
    const setting = setUp();
    const { delivery, write, at, account } = setting;
    write(two);
    delivery.endText();
    delivery.begin();
    at(20, () => delivery.stop());
    at(30, () => delivery.authorise());
    expect(await setting.finish()).toEqual({ playedMs: 0, complete: false, heardText: '' });
    expect(account).toEqual(['0 call at 16000 Hz']);
  });

  test('before it was begun is never spoken', async () => {
    const setting = setUp();
    setting.write(two);
    setting.delivery.stop();
    setting.delivery.begin();
    setting.delivery.endText();
    expect(await setting.finish()).toEqual({ playedMs: 0, complete: false, heardText: '' });
    expect(setting.account).toEqual([]);
  });

  test('by its signal ends as by a stop', async () => {
    const setting = setUp();
    start(setting, two);
    setting.at(50 + 650, () => setting.controller.abort(new AbortError()));
    expect(await setting.finish()).toEqual({ playedMs: 650, complete: false, heardText: 'We have two' });
  });

  test('may have text that still comes: it is not spoken', async () => {
    const setting = setUp();
    const { delivery, write, at } = setting;
    delivery.begin();
    delivery.authorise();
    write('We have two tables left. One is');
    at(500, () => delivery.stop());
    at(600, () => write(' outside by the water. Shall I?'));
    at(700, () => delivery.endText());
    expect(await setting.finish()).toMatchObject({ complete: false });
    expect(setting.sentences).toEqual(['We have two tables left.']);
  });
});

describe('a reply that is held', () => {
  test('goes on where it stopped, and is heard in full', async () => {
    const setting = setUp();
    start(setting, two);
    setting.at(650, () => setting.delivery.hold());
    setting.at(2000, () => setting.delivery.resume());
    expect(await setting.finish()).toEqual({ playedMs: 2200, complete: true, heardText: two });
    expect(setting.playedSamples()).toBe(2.2 * rate);
  });

  test('and then cut was heard up to the hold', async () => {
    const setting = setUp({ capabilities: { wordTimings: true } });
    start(setting, two);
    setting.at(50 + 450, () => setting.delivery.hold());
    setting.at(2000, () => setting.delivery.stop());
    expect(await setting.finish()).toEqual({ playedMs: 450, complete: false, heardText: 'We have' });
  });
});

test('a TTS that fails for good ends the reply with what was heard of it, and its error', async () => {
  const setting = setUp({ failingSegment: 2, capabilities: { wordTimings: true } });
  start(setting, two);
  const { playedMs, complete, heardText, error } = await setting.finish();
  expect({ playedMs, complete, heardText }).toEqual({ playedMs: 1200, complete: false, heardText: 'We have two tables left.' });
  expect(error).toBeInstanceOf(APIConnectionError);
  expect(setting.account.filter((line) => line.endsWith('retry'))).toHaveLength(1);
});

test('an output that fails ends the reply with its error, and no more is paid for', async () => {
  const setting = setUp({ framesTaken: 25 });
  const { delivery, write, at, sentences } = setting;
  delivery.begin();
  delivery.authorise();
  write('We have two tables left. One is');
  at(1000, () => write(' outside by the water. Shall I?'));
  at(1100, () => delivery.endText());
  const { complete, error } = await setting.finish();
  expect([complete, error]).toEqual([false, new Error('the device is gone')]);
  expect(sentences).toEqual(['We have two tables left.']);
});

test('a sentence is given to the TTS only when there is room for its audio', async () => {
  const setting = setUp({ maxAheadMs: 1000 });
  const { sentences, clock } = setting;
  start(setting, 'We have two tables left. One is outside by the water. The other one is inside here. Which of them do you want?');
  await clock.advance(200);
  expect(sentences).toHaveLength(2);
  await clock.advance(1000);
  expect(sentences).toHaveLength(2);
  expect(await setting.finish()).toMatchObject({ complete: true });
  expect(sentences).toHaveLength(4);
});

describe('a recording', () => {
  test('is played in place of a TTS, with its text in step', async () => {
    const setting = setUp({ recorded: frames(2000, rate) });
    start(setting, two);
    expect(await setting.finish()).toEqual({ playedMs: 2000, complete: true, heardText: two });
    expect(setting.account.filter((line) => line.includes('call'))).toEqual([]);
    expect(setting.account).toContain('0 started');
  });

  test('that is cut was heard in part', async () => {
    const setting = setUp({ recorded: frames(2000, rate) });
    start(setting, 'One two three four five six seven eight nine ten');
    setting.at(1000, () => setting.delivery.stop());
    expect(await setting.finish()).toMatchObject({ playedMs: 1000, complete: false, heardText: 'One two three four five' });
  });

  test('is resampled if it must be', async () => {
    const setting = setUp({ recorded: frames(1000, 8000) });
    start(setting, two);
    const { playedMs, complete } = await setting.finish();
    expect([complete, Math.round(playedMs)]).toEqual([true, 1000]);
  });

  test('is read no further ahead than it has to be', async () => {
    let readMs = 0;
    async function* long(): AsyncGenerator<AudioFrame> {
      for (const frame of frames(600_000, rate)) {
        readMs += 20;
        yield frame;
      }
    }
    const setting = setUp({ recorded: long() });
    start(setting, two);
    await setting.clock.advance(0);
    expect(readMs).toBeLessThanOrEqual(5020);
    await setting.clock.advance(10_000);
    expect(readMs).toBeLessThanOrEqual(15_120);
    setting.delivery.stop();
    expect(await setting.finish()).toMatchObject({ complete: false, playedMs: 10_000 });
    expect(readMs).toBeLessThanOrEqual(15_140);
  });

  test('is complete only when its text is, which may come in pieces', async () => {
    const setting = setUp({ recorded: frames(400, rate) });
    const { delivery, write, at } = setting;
    delivery.begin();
    delivery.authorise();
    write('One two ');
    at(200, () => write('three four'));
    at(1000, () => delivery.endText());
    expect(await setting.finish()).toEqual({ playedMs: 400, complete: true, heardText: 'One two three four' });
    expect(setting.account).toContain('240 heard One two');
  });

  test('that fails ends the reply with its error', async () => {
    async function* broken(): AsyncGenerator<AudioFrame> {
      yield* frames(400, rate);
      throw new Error('no such file');
    }
    const setting = setUp({ recorded: broken() });
    start(setting, 'One two three four');
    expect(await setting.finish()).toMatchObject({ playedMs: 400, complete: false, error: new Error('no such file') });
  });

  test('is closed when it is cut, also while it waits for room', async () => {
    let isClosed = false;
    async function* long(): AsyncGenerator<AudioFrame> {
      try {
        yield* frames(60_000, rate);
      } finally {
        isClosed = true;
      }
    }
    const setting = setUp({ recorded: long() });
    start(setting, two);
    setting.at(1000, () => setting.delivery.stop());
    await setting.finish();
    expect(isClosed).toBe(true);
  });

  test('that gives nothing more is left at a stop', async () => {
    async function* stuck(): AsyncGenerator<AudioFrame> {
      yield* frames(400, rate);
      await new Promise(() => {});
    }
    const setting = setUp({ recorded: stuck() });
    start(setting, 'One two three four');
    setting.at(1000, () => setting.delivery.stop());
    expect(await setting.finish()).toMatchObject({ playedMs: 400, complete: false });
  });
});
