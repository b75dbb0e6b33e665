import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import type { TTSEvent, TTSRequest } from '../provider/tts.js';
import { AbortError } from '../stream/abort-error.js';
import { type ConnectOptions, defaultConnectOptions } from '../stream/connect-options.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { Synthesis } from './synthesis.js';

const sampleRate = 16_000;
const lost = new APIConnectionError('lost', { provider: 'fake' });
const forever = 1_000_000;

/** What the fake TTS does with a segment, attempt by attempt: waits, speaks so much audio, fails; then it ends the segment. */
type Step = number | { readonly audioMs: number } | TTSEvent | Error | 'no-end' | 'end-stream';
type Script = Readonly<Record<string, readonly (readonly Step[])[]>>;

interface Setting {
  readonly script?: Script;
  readonly streaming?: boolean;
  readonly connect?: Partial<ConnectOptions>;
  readonly replyDeadlineMs?: number;
  readonly maxAheadMs?: number;
  readonly wait?: () => Promise<void> | undefined;
  readonly synthesize?: (request: TTSRequest) => AsyncIterable<TTSEvent>;
}

const audio = (segmentId: string, ms: number, fromMs = 0): TTSEvent => {
  // Each sample tells its millisecond of the segment.
  const samples = Int16Array.from({ length: ms * 16 }, (_entry, index) => fromMs + Math.floor(index / 16));
  return { type: 'audio', segmentId, frame: { samples, sampleRate, channels: 1, atMs: 0 } };
};

function setUp(setting: Setting) {
  const { script = {}, streaming = true, connect = {}, replyDeadlineMs = 8000, maxAheadMs = Infinity, wait } = setting;
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  const tried = new Map<string, number>();
  const speak = async function* (segmentId: string, request: TTSRequest): AsyncGenerator<TTSEvent> {
    const attempt = tried.get(segmentId) ?? 0;
    tried.set(segmentId, attempt + 1);
    const steps = script[segmentId]?.[attempt] ?? script[segmentId]?.at(-1) ?? [{ audioMs: 100 }];
    let spokenMs = 0;
    for (const step of steps) {
      if (typeof step === 'number') await sleep(step, { clock, signal: request.signal });
      else if (step === 'no-end' || step === 'end-stream') return;
      else if (step instanceof Error) throw step;
      else if ('audioMs' in step) {
        yield audio(segmentId, step.audioMs, spokenMs);
        spokenMs += step.audioMs;
      } else yield step;
    }
    yield { type: 'segment-end', segmentId };
  };
  const fake = (request: TTSRequest): AsyncIterable<TTSEvent> =>
    callStream(request, async function* () {
      note('call');
      for await (const input of request.text) {
        note(input.type === 'text' ? `given ${input.segmentId} ${input.text}` : `flush ${input.segmentId}`);
        if (input.type === 'flush') yield* speak(input.segmentId, request);
        if (input.type === 'flush' && script[input.segmentId]?.[(tried.get(input.segmentId) ?? 1) - 1]?.includes('end-stream')) return;
      }
    });
  let ahead = 0;
  const call = { clock, logger: { log: () => {} }, sessionId: 'session-1', callId: 'call-1' };
  const synthesis = new Synthesis({
    tts: { provider: 'fake', model: 'fake-tts', capabilities: { streaming, wordTimings: false, sampleRates: [sampleRate] } },
    synthesize: setting.synthesize ?? fake,
    call: () => call,
    signal: controller.signal,
    sampleRate,
    connect: { ...defaultConnectOptions, ...connect },
    replyDeadlineMs,
    aheadMs: () => ahead,
    maxAheadMs,
    onSegmentStart: ({ id }) => note(`start ${id}`),
    onEvent: (event) => {
      if (event.type === 'audio') {
        const { samples } = event.frame;
        note(`audio ${event.segmentId} ${samples[0]}-${(samples.at(-1) ?? -1) + 1}`);
        ahead += samples.length / 16;
        return wait?.();
      }
      note(event.type === 'segment-end' ? `end ${event.segmentId}` : event.type);
      return undefined;
    },
    onRetry: (error) => note(`retry: ${error instanceof Error ? error.message.replace('fake: ', '') : 'no error'}`),
    onRecovered: () => note('recovered'),
    onFault: ({ message }) => note(`fault: ${message}`),
  });
  const running = () =>
    synthesis.run().then(
      () => note('done'),
      (error: Error) => note(`failed: ${error.message.replace('fake: ', '')}`),
    );
  const at = (atMs: number, act: () => void) => void clock.after(atMs, act);
  return {
    clock,
    controller,
    synthesis,
    account,
    running,
    at,
    played: (ms: number) => {
      ahead -= ms;
      synthesis.poke();
    },
    /** Speaks these segments, whose texts are their names in capitals. */
    speak: async (...ids: readonly string[]) => {
      for (const id of ids) synthesis.push({ id, text: id.toUpperCase() });
      synthesis.end();
      await clock.runUntil(running());
      clock.assertIdle();
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
      return account;
    },
  };
}

const only = (account: readonly string[], ...words: readonly string[]): string[] =>
  account.filter((line) => words.some((word) => line.split(' ')[1]?.startsWith(word)));

describe('a streaming TTS', () => {
  test('is given the segments in order on one call, at most two that are not complete', async () => {
    const slow = [[100, { audioMs: 500 }]] as const;
    const { speak } = setUp({ script: { a: slow, b: slow, c: slow } });
    expect(await speak('a', 'b', 'c')).toEqual([
      '0 start a',
      '0 start b',
      '0 call',
      '0 given a A',
      '0 flush a',
      '100 audio a 0-500',
      '100 end a',
      '100 start c',
      '100 given b B',
      '100 flush b',
      '200 audio b 0-500',
      '200 end b',
      '200 given c C',
      '200 flush c',
      '300 audio c 0-500',
      '300 end c',
      '300 done',
    ]);
  });

  test('has one call though its segments come late', async () => {
    const { synthesis, running, at, clock, account } = setUp({});
    at(500, () => synthesis.push({ id: 'a', text: 'A' }));
    at(20_000, () => synthesis.push({ id: 'b', text: 'B' }));
    at(40_000, () => synthesis.end());
    await clock.runUntil(running());
    expect(only(account, 'call', 'end', 'done')).toEqual(['500 call', '500 end a', '20000 end b', '40000 done']);
    clock.assertIdle();
  });

  test('is given no more once there is enough to play, until some of it was played', async () => {
    const long = [[{ audioMs: 1000 }]] as const;
    const { synthesis, running, clock, account, played } = setUp({ script: { a: long, b: long, c: long, d: long }, maxAheadMs: 2000 });
    for (const id of ['a', 'b', 'c', 'd']) synthesis.push({ id, text: id });
    synthesis.end();
    const done = running();
    await clock.advance(1000);
    expect(only(account, 'end').length).toBe(3);
    played(1000);
    await clock.advance(0);
    expect(only(account, 'end').length).toBe(3);
    played(1000);
    await clock.runUntil(done);
    expect(only(account, 'end').length).toBe(4);
    clock.assertIdle();
  });

  test('whose call ends between two segments is called again for the next', async () => {
    const { synthesis, running, at, clock, account } = setUp({
      script: { a: [[{ audioMs: 100 }, { type: 'segment-end', segmentId: 'a' }, 'end-stream']] },
    });
    synthesis.push({ id: 'a', text: 'A' });
    at(1000, () => {
      synthesis.push({ id: 'b', text: 'B' });
      synthesis.end();
    });
    await clock.runUntil(running());
    expect(only(account, 'call', 'retry:', 'end', 'done')).toEqual(['0 call', '0 end a', '1000 call', '1000 end b', '1000 done']);
  });

  test('whose call does not end by itself after the last segment is left 100 ms later', async () => {
    const { speak } = setUp({
      synthesize: (request) =>
        (async function* () {
          for await (const input of request.text) {
            if (input.type === 'flush') yield { type: 'segment-end' as const, segmentId: input.segmentId };
          }
          await new Promise(() => {});
        })(),
    });
    expect((await speak('a')).at(-1)).toMatch(/^\d+ done$/);
  });
});

describe('a TTS that takes one segment at a time', () => {
  test('has one call for each, and no failure between them', async () => {
    const { speak } = setUp({ streaming: false, script: { a: [[50, { audioMs: 100 }]], b: [[50, { audioMs: 100 }]] } });
    expect(await speak('a', 'b')).toEqual([
      '0 start a',
      '0 call',
      '0 given a A',
      '0 flush a',
      '50 audio a 0-100',
      '50 end a',
      '50 start b',
      '50 call',
      '50 given b B',
      '50 flush b',
      '100 audio b 0-100',
      '100 end b',
      '100 done',
    ]);
  });

  test('is not called before there is room for what it would say', async () => {
    const { synthesis, running, clock, account, played } = setUp({
      streaming: false,
      script: { a: [[{ audioMs: 1000 }]] },
      maxAheadMs: 500,
    });
    synthesis.push({ id: 'a', text: 'A' });
    synthesis.push({ id: 'b', text: 'B' });
    synthesis.end();
    const done = running();
    await clock.advance(5000);
    expect(only(account, 'call')).toEqual(['0 call']);
    played(800);
    await clock.runUntil(done);
    expect(only(account, 'call', 'done')).toEqual(['0 call', '5000 call', '5000 done']);
  });
});

describe('a call that fails', () => {
  test('is made again from the segment that was not complete, without what was delivered of it', async () => {
    const { speak } = setUp({
      script: {
        b: [
          [100, { audioMs: 30 }, { audioMs: 40 }, lost],
          [10, { audioMs: 50 }, { audioMs: 50 }],
        ],
      },
    });
    expect(only(await speak('a', 'b', 'c'), 'audio', 'retry:', 'recovered', 'call', 'done')).toEqual([
      '0 call',
      '0 audio a 0-100',
      '100 audio b 0-30',
      '100 audio b 30-70',
      '100 retry: lost',
      '200 call',
      '210 recovered',
      '210 audio b 70-100',
      '210 audio c 0-100',
      '210 done',
    ]);
  });

  test('before any audio is made again after 100 ms, then 2 s, and at most three times', async () => {
    const { speak } = setUp({ script: { a: [[lost]] } });
    expect(only(await speak('a'), 'call', 'failed:')).toEqual(['0 call', '100 call', '2100 call', '4100 call', '4100 failed: lost']);
  });

  test('again and again at the same place of one segment is given up', async () => {
    const { speak } = setUp({ script: { a: [[{ audioMs: 50 }, lost]] } });
    expect(only(await speak('a'), 'call', 'audio', 'failed:')).toEqual([
      '0 call',
      '0 audio a 0-50',
      '100 call',
      '2100 call',
      '4100 call',
      '4100 failed: lost',
    ]);
  });

  test('in one segment after the other has three further tries for each', async () => {
    const failing = [[lost], [lost], [lost], [{ audioMs: 50 }]] as const;
    const { speak } = setUp({ script: { a: failing, b: failing } });
    expect((await speak('a', 'b')).at(-1)).toBe('8200 done');
  });

  test('of one that takes a segment at a time, too', async () => {
    const failing = [[lost], [lost], [lost], [{ audioMs: 50 }]] as const;
    const { speak } = setUp({ script: { a: failing, b: failing }, streaming: false });
    expect((await speak('a', 'b')).at(-1)).toBe('8200 done');
  });

  test('ends the text that the TTS was given', async () => {
    let hasEnded = false;
    const listen = async (request: TTSRequest) => {
      for await (const _input of request.text);
      hasEnded = true;
    };
    const { speak } = setUp({
      connect: { maxRetries: 0 },
      synthesize: async function* (request) {
        void listen(request);
        yield audio('a', 50);
        throw lost;
      },
    });
    await speak('a', 'b', 'c', 'd');
    await new Promise(setImmediate);
    expect(hasEnded).toBe(true);
  });

  test('long after its last audio, but right after its segment was complete, is made again', async () => {
    const { speak } = setUp({ script: { a: [[{ audioMs: 50 }, 8200]], b: [[lost], [{ audioMs: 50 }]] } });
    expect((await speak('a', 'b')).at(-1)).toBe('8300 done');
  });

  test('is not made again when the error says that it is no use', async () => {
    const { speak } = setUp({ script: { a: [[new APIStatusError('refused the key', { provider: 'fake', status: 401 })]] } });
    expect(only(await speak('a'), 'call', 'retry:', 'failed:')).toEqual(['0 call', '0 failed: refused the key']);
  });

  test('is made again when the vendor says so, if there is time', async () => {
    const busy = (retryAfterMs: number) => new APIStatusError('busy', { provider: 'fake', status: 429, retryAfterMs });
    const { speak } = setUp({ script: { a: [[busy(1500)], [{ audioMs: 50 }]] } });
    expect((await speak('a')).at(-1)).toBe('1500 done');
    expect((await setUp({ script: { a: [[busy(8000)]] } }).speak('a')).at(-1)).toBe('0 failed: busy');
  });

  test('by ending before all was spoken has failed', async () => {
    const { speak } = setUp({ script: { a: [['no-end', 'end-stream'], [{ audioMs: 50 }]] } });
    expect(only(await speak('a'), 'retry:', 'done')).toEqual(['0 retry: the stream ended before all segments were spoken', '100 done']);
  });

  test('after all was spoken is nobody’s loss', async () => {
    const { speak } = setUp({
      synthesize: async function* (request) {
        for await (const input of request.text) if (input.type === 'flush') yield { type: 'segment-end', segmentId: input.segmentId };
        throw lost;
      },
    });
    expect(await speak('a')).toEqual(['0 start a', '0 end a', '0 done']);
  });

  test('long after its beginning has a deadline of its own', async () => {
    const { synthesis, running, at, clock, account } = setUp({ script: { b: [[lost], [{ audioMs: 50 }]] } });
    synthesis.push({ id: 'a', text: 'A' });
    at(60_000, () => {
      synthesis.push({ id: 'b', text: 'B' });
      synthesis.end();
    });
    await clock.runUntil(running());
    expect(only(account, 'retry:', 'done')).toEqual(['60000 retry: lost', '60100 done']);
  });
});

describe('silence', () => {
  test('of 3 s before the first audio is a failure while another attempt can be made', async () => {
    const { speak } = setUp({ script: { a: [[forever], [{ audioMs: 50 }]] } });
    expect(only(await speak('a'), 'retry:', 'done')).toEqual(['3000 retry: gave no audio for 3000 ms', '3100 done']);
  });

  test('lasts at most 8 s in all attempts', async () => {
    const { speak } = setUp({ script: { a: [[forever]] } });
    expect(only(await speak('a'), 'call', 'failed:')).toEqual(['0 call', '3100 call', '8000 failed: gave no audio for 4900 ms']);
  });

  test('of 10 s in mid-segment ends the reply: the caller has waited long enough', async () => {
    const { speak } = setUp({ script: { a: [[{ audioMs: 50 }, 9999, { audioMs: 50 }, forever], [{ audioMs: 120 }]] } });
    expect(only(await speak('a'), 'retry:', 'audio', 'failed:')).toEqual([
      '0 audio a 0-50',
      '9999 audio a 50-100',
      '19999 failed: gave no audio for 10000 ms',
    ]);
  });

  test('in mid-segment is a failure after which it goes on, where less is allowed than the deadline', async () => {
    const script = { a: [[{ audioMs: 50 }, 3999, { audioMs: 50 }, forever], [{ audioMs: 120 }]] };
    const { speak } = setUp({ script, connect: { timeoutMs: 4000 } });
    expect(only(await speak('a'), 'retry:', 'audio', 'done')).toEqual([
      '0 audio a 0-50',
      '3999 audio a 50-100',
      '7999 retry: gave no audio for 4000 ms',
      '8099 audio a 100-120',
      '8099 done',
    ]);
  });

  test('does not count while nothing is there to speak', async () => {
    const { synthesis, running, at, clock, account } = setUp({});
    synthesis.push({ id: 'a', text: 'A' });
    at(60_000, () => synthesis.end());
    await clock.runUntil(running());
    expect(only(account, 'retry:', 'done')).toEqual(['60000 done']);
  });

  test('is not broken by receipts', async () => {
    const metadata: TTSEvent = { type: 'response-metadata', requestId: 'request-1' };
    const { speak } = setUp({ script: { a: [[2000, metadata, forever], [{ audioMs: 50 }]] } });
    expect(only(await speak('a'), 'retry:')).toEqual(['3000 retry: gave no audio for 3000 ms']);
  });

  test('of whoever takes the audio is not the provider’s', async () => {
    const clocks: VirtualClock[] = [];
    const setting = setUp({
      script: { a: [[{ audioMs: 50 }, { audioMs: 50 }]] },
      wait: () => sleep(30_000, { clock: clocks[0] ?? new VirtualClock() }),
    });
    clocks.push(setting.clock);
    expect(only(await setting.speak('a'), 'retry:', 'done')).toEqual(['60000 done']);
  });
});

describe('an abort', () => {
  test.each([
    ['before it has begun', 0],
    ['while the TTS is silent', 50],
    ['while it speaks', 150],
    ['while the next attempt is waited for', 250],
  ])('%s ends it quietly and leaves nothing behind', async (_when, atMs) => {
    const { synthesis, running, controller, clock, account } = setUp({ script: { a: [[100, { audioMs: 50 }, 100, lost]] } });
    synthesis.push({ id: 'a', text: 'A' });
    const done = atMs === 0 ? undefined : running();
    await clock.advance(atMs);
    controller.abort(new AbortError());
    await clock.runUntil(done ?? running());
    expect(account.at(-1)).toBe(`${atMs} done`);
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('while it waits for the next segment, or for room, ends it', async () => {
    for (const maxAheadMs of [Infinity, 50]) {
      const { synthesis, running, controller, clock, account } = setUp({ maxAheadMs });
      synthesis.push({ id: 'a', text: 'A' });
      if (maxAheadMs === 50) synthesis.push({ id: 'b', text: 'B' });
      const done = running();
      await clock.advance(500);
      controller.abort(new AbortError());
      await clock.runUntil(done);
      expect(account.at(-1)).toBe('500 done');
      clock.assertIdle();
    }
  });

  test('lets receipts pass, and nothing else', async () => {
    const { synthesis, running, controller, clock, account } = setUp({
      synthesize: async function* (request) {
        yield audio('a', 50);
        await sleep(forever, { clock, signal: request.signal }).catch(() => {});
        yield audio('a', 50, 50);
        yield { type: 'usage', usage: { characters: 1 } };
      },
    });
    synthesis.push({ id: 'a', text: 'A' });
    const done = running();
    await clock.advance(500);
    controller.abort(new AbortError());
    await clock.runUntil(done);
    expect(account).toEqual(['0 start a', '0 audio a 0-50', '500 usage', '500 done']);
  });

  test('before there is anything to say ends it', async () => {
    const { running, controller, clock, account } = setUp({});
    const done = running();
    await clock.advance(500);
    controller.abort(new AbortError());
    await clock.runUntil(done);
    expect(account).toEqual(['500 done']);
  });

  test('ends a TTS that takes no notice of it', async () => {
    const { synthesis, running, controller, clock, account } = setUp({
      synthesize: async function* () {
        yield audio('a', 50);
        await new Promise(() => {});
      },
    });
    synthesis.push({ id: 'a', text: 'A' });
    const done = running();
    await clock.advance(500);
    controller.abort(new AbortError());
    await clock.runUntil(done);
    expect(account.at(-1)).toBe('600 done');
    clock.assertIdle();
  });

  test('ends the text that the TTS was given', async () => {
    let hasEnded = false;
    const { synthesis, running, controller, clock } = setUp({
      synthesize: async function* (request) {
        for await (const input of request.text) if (input.type === 'flush') yield audio('a', 50);
        hasEnded = true;
      },
    });
    synthesis.push({ id: 'a', text: 'A' });
    const done = running();
    await clock.advance(500);
    controller.abort(new AbortError());
    await clock.runUntil(done);
    await clock.advance(0);
    expect(hasEnded).toBe(true);
  });
});

test('with nothing to say it is done as soon as it ends', async () => {
  const { synthesis, running, at, clock, account } = setUp({});
  at(500, () => synthesis.end());
  await clock.runUntil(running());
  expect(account).toEqual(['500 done']);
});

test('the end of a segment that it does not know is no end', async () => {
  const { speak } = setUp({ script: { a: [[{ audioMs: 50 }, { type: 'segment-end', segmentId: 'other' }, 100, { audioMs: 50 }]] } });
  expect(only(await speak('a', 'b'), 'end', 'audio', 'retry:', 'fault:')).toEqual([
    '0 audio a 0-50',
    '0 fault: fake: broke its contract: ended a segment that was not open',
    '100 audio a 50-100',
    '100 end a',
    '100 audio b 0-100',
    '100 end b',
  ]);
});

test('what comes after the end is not spoken', async () => {
  const { synthesis, account, running, clock } = setUp({});
  synthesis.end();
  synthesis.push({ id: 'a', text: 'A' });
  await clock.runUntil(running());
  expect(account).toEqual(['0 done']);
});
