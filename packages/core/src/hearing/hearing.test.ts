import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import type { AudioChunk } from '../provider/audio-input.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { STT, STTEvent, STTRequest } from '../provider/stt.js';
import type { VAD, VADEvent } from '../provider/vad.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { Hearing } from './hearing.js';

const loud = 8000;

interface Setting {
  readonly vadRates?: readonly number[] | null;
  readonly sttRates?: readonly number[] | null;
  readonly streaming?: boolean;
  /** The VAD says so when it has heard the audio up to a time. */
  readonly voices?: Readonly<Record<number, VADEvent>>;
  /** The VAD does not answer any more. */
  readonly isDead?: boolean;
}

/** Hearing with a VAD and an STT that keep what they were given. */
function setUp({ vadRates = [16_000], sttRates = [16_000], streaming = true, voices = {}, isDead = false }: Setting = {}) {
  const clock = new VirtualClock();
  const account: string[] = [];
  const note = (what: string) => account.push(`${Math.round(clock.now())} ${what}`);
  const toVAD: AudioFrame[] = [];
  const toSTT: AudioFrame[] = [];
  const vad: VAD = {
    specificationVersion: 1,
    kind: 'vad',
    provider: 'fake',
    model: 'fake-vad',
    capabilities: { sampleRates: vadRates ?? [], windowMs: 20 },
    detect: (request) =>
      callStream(request, async function* () {
        note(`VAD at ${request.sampleRate}`);
        for await (const input of request.audio) {
          if (input.type !== 'audio') continue;
          toVAD.push(input.frame);
          const voice = voices[Math.round(input.frame.atMs + lengthOf(input.frame))];
          if (voice !== undefined) yield voice;
        }
        if (isDead) await new Promise(() => {});
      }),
  };
  const transcribe = (request: STTRequest): AsyncIterable<STTEvent> =>
    callStream(request, async function* () {
      note(`STT at ${request.sampleRate}`);
      let endMs = 0;
      for await (const input of request.audio) {
        if (input.type === 'flush') {
          note('flush');
          yield { type: 'transcript-final', segmentId: `s${endMs}`, text: 'part', endMs };
        }
        if (input.type !== 'audio') continue;
        toSTT.push(input.frame);
        endMs = input.frame.atMs + lengthOf(input.frame);
      }
      yield { type: 'transcript-final', segmentId: 's1', text: 'all', endMs };
    });
  const stt: STT = {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'fake',
    model: 'fake-stt',
    capabilities: {
      streaming,
      interimTranscripts: true,
      endpointing: false,
      turnDetection: false,
      wordTimings: false,
      speakers: false,
      settings: [],
      updatable: [],
      sampleRates: sttRates ?? [],
    },
    transcribe,
  };
  const hearing = new Hearing({
    vad: vadRates === null ? undefined : vad,
    stt: sttRates === null ? undefined : stt,
    transcribe,
    connect: defaultConnectOptions,
    call: () => ({ clock, logger: { log: () => {} }, sessionId: 'session-1', callId: 'call-1' }),
    onEvent: (event) =>
      note('atMs' in event ? `${event.type} ${Math.round(event.atMs)}` : 'text' in event ? `${event.type} ${event.text}` : event.type),
  });
  /** Hands a chunk over when it has been heard. */
  const take = async (chunk: AudioChunk) => {
    await clock.advance(chunk.type === 'gap' ? chunk.durationMs : lengthOf(chunk.frame));
    await hearing.take(chunk);
    await clock.advance(0);
  };
  let atMs = 0;
  /** So much voice, in frames of 20 ms. */
  const listen = async (ms: number, { sampleRate = 16_000, channels = 1 } = {}) => {
    for (const endMs = atMs + ms; atMs < endMs; atMs += 20) {
      const samples = new Int16Array((sampleRate / 50) * channels).fill(loud);
      await take({ type: 'audio', frame: { samples, sampleRate, channels, atMs } });
    }
  };
  const close = async () => {
    hearing.close();
    await clock.runUntil(hearing.end());
    clock.assertIdle();
  };
  return { clock, hearing, account, toVAD, toSTT, take, listen, close, skipTo: (ms: number) => (atMs = ms) };
}

const lengthOf = (frame: AudioFrame): number => (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
const totalMs = (frames: readonly AudioFrame[]): number => frames.reduce((sum, frame) => sum + lengthOf(frame), 0);
const silentMs = (frames: readonly AudioFrame[]): number =>
  totalMs(frames.filter((frame) => frame.samples.every((sample) => sample === 0)));

/** Each frame begins where the one before it ended, but for rounding. */
function isUnbroken(frames: readonly AudioFrame[]): boolean {
  return frames.every((frame, index) => {
    const before = frames[index - 1];
    return before === undefined || Math.abs(before.atMs + lengthOf(before) - frame.atMs) < 0.1;
  });
}

describe('rates', () => {
  test('of one frame for both are one frame: the very one that was given', async () => {
    const { toVAD, toSTT, take, close, hearing } = setUp();
    const frame = { samples: new Int16Array(320).fill(loud), sampleRate: 16_000, channels: 1, atMs: 0 };
    await take({ type: 'audio', frame });
    expect([toVAD[0] === frame, toSTT[0] === frame, hearing.sampleRates]).toEqual([true, true, [16_000]]);
    await close();
  });

  test('are the STT’s for the VAD too if it knows it, so that one conversion serves both', async () => {
    const { account, toVAD, toSTT, listen, close } = setUp({ vadRates: [8000, 16_000], sttRates: [16_000, 8000] });
    await listen(200, { sampleRate: 44_100, channels: 2 });
    expect(account.toSorted()).toEqual(['0 STT at 16000', '0 VAD at 16000']);
    expect(toVAD.length).toBeGreaterThan(5);
    expect(toVAD.every((frame, index) => frame === toSTT[index])).toBe(true);
    await close();
  });

  test('that differ are each converted', async () => {
    const { account, toVAD, toSTT, listen, close, hearing } = setUp({ vadRates: [8000], sttRates: [24_000] });
    expect(hearing.sampleRates).toEqual([24_000, 8000]);
    await listen(500);
    expect(account.toSorted()).toEqual(['0 STT at 24000', '0 VAD at 8000']);
    expect([toVAD[0]?.sampleRate, toSTT[0]?.sampleRate]).toEqual([8000, 24_000]);
    for (const frames of [toVAD, toSTT]) {
      expect(totalMs(frames)).toBeGreaterThan(480);
      expect(totalMs(frames)).toBeLessThanOrEqual(500.1);
      expect(isUnbroken(frames)).toBe(true);
    }
    await close();
  });

  test.each([
    ['a telephone’s', { sampleRate: 8000 }],
    ['a sound card’s, in stereo', { sampleRate: 44_100, channels: 2 }],
    ['a room’s', { sampleRate: 48_000 }],
  ])('of the input may be %s', async (_whose, format) => {
    const { clock, toVAD, toSTT, listen, hearing } = setUp();
    await listen(1000, format);
    await clock.runUntil(hearing.end());
    for (const frames of [toVAD, toSTT]) {
      expect(frames.every((frame) => frame.sampleRate === 16_000 && frame.channels === 1)).toBe(true);
      expect(totalMs(frames)).toBeCloseTo(1000, 0);
      expect(isUnbroken(frames)).toBe(true);
    }
    // A voice stays as loud as it was.
    const middle = toSTT[Math.floor(toSTT.length / 2)];
    expect(middle?.samples.every((sample) => Math.abs(sample - loud) < 100)).toBe(true);
    hearing.close();
    clock.assertIdle();
  });

  test('of the input may change in the course of a call', async () => {
    const { clock, toSTT, listen, hearing } = setUp();
    await listen(500);
    await listen(500, { sampleRate: 48_000 });
    await listen(500, { sampleRate: 8000 });
    await clock.runUntil(hearing.end());
    expect(totalMs(toSTT)).toBeCloseTo(1500, 0);
    expect(isUnbroken(toSTT)).toBe(true);
    hearing.close();
  });

  test('are 16 kHz where nobody says otherwise', () => {
    expect(setUp({ vadRates: null, sttRates: null }).hearing.sampleRates).toEqual([16_000]);
    expect(setUp({ vadRates: [16_000, 8000], sttRates: null }).hearing.sampleRates).toEqual([16_000, 8000]);
  });
});

describe('a gap', () => {
  test('becomes silence for both, in frames of at most 60 ms, in its place', async () => {
    const { toVAD, toSTT, take, listen, close, skipTo } = setUp();
    await listen(100);
    await take({ type: 'gap', atMs: 100, durationMs: 100 });
    await take({ type: 'gap', atMs: 200, durationMs: 50 });
    skipTo(250);
    await listen(100);
    for (const frames of [toVAD, toSTT]) {
      expect([totalMs(frames), silentMs(frames), isUnbroken(frames)]).toEqual([350, 150, true]);
      expect(Math.max(...frames.map(lengthOf))).toBe(60);
    }
    await close();
  });

  test('is converted like the voice before it', async () => {
    const { clock, toSTT, take, listen, hearing, skipTo } = setUp();
    await listen(200, { sampleRate: 48_000 });
    await take({ type: 'gap', atMs: 200, durationMs: 100 });
    skipTo(300);
    await listen(200, { sampleRate: 48_000 });
    await clock.runUntil(hearing.end());
    expect(totalMs(toSTT)).toBeCloseTo(500, 0);
    expect(isUnbroken(toSTT)).toBe(true);
    hearing.close();
  });

  test('before the first frame is nothing', async () => {
    const { toVAD, take, close } = setUp();
    await take({ type: 'gap', atMs: 0, durationMs: 100 });
    expect(toVAD).toEqual([]);
    await close();
  });

  test('ends an utterance, as silence would', async () => {
    const { account, take, listen, close } = setUp({
      streaming: false,
      voices: { 100: { type: 'speech-start', atMs: 0 }, 400: { type: 'speech-end', atMs: 200 } },
    });
    await listen(200);
    for (const atMs of [200, 300]) await take({ type: 'gap', atMs, durationMs: 100 });
    expect(account).toEqual(['0 VAD at 16000', '100 STT at 16000', '100 voice-start 0', '400 voice-end 200', '400 transcript-final all']);
    await close();
  });
});

describe('muted', () => {
  test('the STT hears silence while the VAD hears the call', async () => {
    const { hearing, toVAD, toSTT, listen, close } = setUp();
    await listen(100);
    hearing.setMuted(true);
    await listen(200);
    hearing.setMuted(false);
    await listen(100);
    expect([silentMs(toVAD), silentMs(toSTT), totalMs(toSTT), isUnbroken(toSTT)]).toEqual([0, 200, 400, true]);
    await close();
  });

  test('a voice is told of, but nothing of it is transcribed', async () => {
    const { hearing, account, listen, close } = setUp({
      streaming: false,
      voices: { 200: { type: 'speech-start', atMs: 100 }, 400: { type: 'speech-end', atMs: 300 } },
    });
    hearing.setMuted(true);
    await listen(1000);
    expect(account).toEqual(['0 VAD at 16000', '200 voice-start 100', '400 voice-end 300']);
    await close();
  });

  test('in the middle of a voice, what was said before is finalised, and not waited for any longer', async () => {
    const { hearing, account, listen, close } = setUp({ voices: { 200: { type: 'speech-start', atMs: 100 } } });
    await listen(500);
    hearing.setMuted(true);
    await listen(20_000);
    expect(account.filter((entry) => !entry.includes(' at '))).toEqual(['200 voice-start 100', '500 flush', '500 transcript-final part']);
    await close();
  });

  test('no longer, in the middle of a voice, what is said from then on is transcribed', async () => {
    const { hearing, account, toSTT, listen, close } = setUp({
      streaming: false,
      voices: { 200: { type: 'speech-start', atMs: 100 }, 1000: { type: 'speech-end', atMs: 900 } },
    });
    hearing.setMuted(true);
    await listen(500);
    hearing.setMuted(false);
    hearing.setMuted(false);
    await listen(1000);
    expect(account.filter((entry) => entry.includes('final'))).toEqual(['1000 transcript-final all']);
    expect([toSTT[0]?.atMs, silentMs(toSTT), totalMs(toSTT)]).toEqual([200, 300, 800]);
    await close();
  });

  test('a flush asks for nothing', async () => {
    const { hearing, account, listen, close } = setUp();
    await listen(100);
    hearing.setMuted(true);
    hearing.flush();
    await listen(100);
    hearing.setMuted(false);
    hearing.flush();
    await listen(100);
    expect(account.filter((entry) => entry.includes('flush'))).toEqual(['200 flush']);
    await close();
  });
});

describe('voices', () => {
  test('are told of on the clock, and cut the audio for the STT', async () => {
    const { account, toSTT, listen, close } = setUp({
      streaming: false,
      voices: { 1200: { type: 'speech-start', atMs: 1000 }, 2500: { type: 'speech-end', atMs: 2000 } },
    });
    await listen(3000);
    expect(account).toEqual([
      '0 VAD at 16000',
      '1200 STT at 16000',
      '1200 voice-start 1000',
      '2500 voice-end 2000',
      '2500 transcript-final all',
    ]);
    expect([toSTT[0]?.atMs, totalMs(toSTT)]).toEqual([700, 1800]);
    await close();
  });

  test('tell a streaming STT to finalise when they end', async () => {
    const { account, listen, close } = setUp({
      voices: { 200: { type: 'speech-start', atMs: 100 }, 600: { type: 'speech-end', atMs: 400 } },
    });
    await listen(1000);
    expect(account).toContain('600 flush');
    await close();
  });

  test('leave it to an STT that finds the end by itself, if so told', async () => {
    const { hearing, account, listen, close } = setUp({
      voices: { 200: { type: 'speech-start', atMs: 100 }, 600: { type: 'speech-end', atMs: 400 } },
    });
    hearing.setEndedBySTT(true);
    await listen(1000);
    expect(account).toContain('600 voice-end 400');
    expect(account).not.toContain('600 flush');
    await close();
  });
});

test('whoever else listens hears all of it at a rate of their own, muted or not, for as long as wanted', async () => {
  const { hearing, listen, close } = setUp();
  const heard: AudioFrame[] = [];
  hearing.setListener({ sampleRate: 8000, onFrame: (frame) => heard.push(frame) });
  hearing.setMuted(true);
  await listen(1000);
  const ms = totalMs(heard);
  expect([heard.every((frame) => frame.sampleRate === 8000), ms > 900]).toEqual([true, true]);
  hearing.setListener(undefined);
  await listen(500);
  expect(totalMs(heard)).toBe(ms);
  await close();
});

test('an input that takes the place of another goes on where that one stopped', async () => {
  const { account, toSTT, listen, close, skipTo } = setUp({ voices: { 1200: { type: 'speech-start', atMs: 1100 } } });
  await listen(1000);
  skipTo(0);
  await listen(500);
  expect([isUnbroken(toSTT), totalMs(toSTT)]).toEqual([true, 1500]);
  expect(account).toContain('1200 voice-start 1100');
  await close();
});

describe('the end', () => {
  test('waits for what is due, and takes no more audio', async () => {
    const { clock, hearing, account, toSTT, listen } = setUp({ voices: { 200: { type: 'speech-start', atMs: 100 } } });
    await listen(500);
    await clock.runUntil(hearing.end());
    await listen(100);
    expect(account.slice(2)).toEqual([
      '200 voice-start 100',
      '500 voice-end 500',
      '500 flush',
      '500 transcript-final part',
      '500 transcript-final all',
    ]);
    expect(totalMs(toSTT)).toBe(500);
    hearing.close();
    clock.assertIdle();
  });

  test('of the audio ends the utterance under way', async () => {
    const { clock, hearing, account, listen } = setUp({ streaming: false, voices: { 200: { type: 'speech-start', atMs: 100 } } });
    await listen(500);
    await clock.runUntil(hearing.end());
    expect(account.slice(-2)).toEqual(['500 voice-end 500', '500 transcript-final all']);
    hearing.close();
    clock.assertIdle();
  });

  test('does not wait for ever for a VAD that does not end', async () => {
    const { clock, hearing, account, listen } = setUp({ isDead: true });
    await listen(500);
    await clock.runUntil(hearing.end());
    expect(account.at(-1)).toBe('1500 transcript-final all');
    hearing.close();
    await clock.runUntilIdle();
  });

  test('by close is at once, twice is once, and nothing is left behind', async () => {
    const { clock, hearing, account, listen, take } = setUp({ streaming: false, voices: { 200: { type: 'speech-start', atMs: 100 } } });
    await listen(500);
    hearing.close();
    hearing.close();
    await take({ type: 'gap', atMs: 500, durationMs: 100 });
    await clock.runUntil(hearing.end());
    expect(account.some((entry) => entry.includes('final'))).toBe(false);
    clock.assertIdle();
  });

  test('without anybody who listens is nothing', async () => {
    const { clock, hearing, listen } = setUp({ vadRates: null, sttRates: null });
    await listen(100);
    await clock.runUntil(hearing.end());
    hearing.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
