import { getEventListeners } from 'node:events';
import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import type { STT, STTEvent, STTRequest } from '../provider/stt.js';
import { AbortError } from '../stream/abort-error.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { StreamLine } from './stream-line.js';
import { UtteranceTranscriber } from './utterance-transcriber.js';

const lost = new APIConnectionError('lost', { provider: 'fake' });
const frameMs = 100;
const forever = 1_000_000;

/** What a call of the fake STT does once it has heard all: waits, fails; then it says what it was told to, or the times it has heard. */
interface Call {
  readonly afterMs?: number;
  readonly error?: Error;
  readonly text?: string;
  /** Fails after its final. */
  readonly errorAfter?: Error;
  /** Fails, or ends, as soon as it has heard this frame. */
  readonly failsAtMs?: number;
  readonly endsAtMs?: number;
}

function setUp(calls: readonly Call[] = [], transcribe?: (request: STTRequest) => AsyncIterable<STTEvent>) {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const account: string[] = [];
  const note = (what: string) => account.push(`${clock.now()} ${what}`);
  let callCount = 0;
  const heard: number[][] = [];
  const fake = (request: STTRequest): AsyncIterable<STTEvent> =>
    callStream(request, async function* () {
      const mine: number[] = [];
      const { afterMs = 0, error, text, errorAfter, failsAtMs, endsAtMs } = calls[heard.push(mine) - 1] ?? {};
      for await (const input of request.audio) {
        if (input.type !== 'audio') continue;
        mine.push(input.frame.atMs);
        if (input.frame.atMs === failsAtMs) throw lost;
        if (input.frame.atMs === endsAtMs) return;
      }
      await sleep(afterMs, { clock: request.clock, signal: request.signal });
      if (error !== undefined) throw error;
      const endMs = (mine.at(-1) ?? 0) + frameMs;
      yield { type: 'transcript-final', segmentId: 's1', text: text ?? `${mine[0]}-${endMs}`, endMs };
      if (errorAfter !== undefined) throw errorAfter;
    });
  const stt: STT = {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'fake',
    model: 'fake-stt',
    capabilities: {
      streaming: false,
      interimTranscripts: false,
      endpointing: false,
      turnDetection: false,
      wordTimings: false,
      speakers: false,
      settings: [],
      updatable: [],
      sampleRates: [16_000],
    },
    transcribe: fake,
  };
  const line = new StreamLine(clock);
  const segments: string[] = [];
  const transcriber = new UtteranceTranscriber({
    stt,
    transcribe: transcribe ?? fake,
    call: () => ({ clock, logger: { log: () => {} }, sessionId: 'session-1', callId: `call-${(callCount += 1)}` }),
    signal: controller.signal,
    sampleRate: 16_000,
    connect: defaultConnectOptions,
    line,
    reportVoice: false,
    onEvent: (event) => {
      if (event.type === 'transcript-final') {
        note(`final ${event.text}`);
        segments.push(event.segmentId);
      } else if (event.type === 'error')
        note(`${event.recoverable ? '' : 'un'}recoverable ${event.error instanceof Error ? event.error.message : ''}`);
      else note(event.type);
    },
  });
  let atMs = 0;
  /** The call goes on for so long, a frame every 100 ms. */
  const listen = async (ms: number) => {
    for (const endMs = atMs + ms; atMs < endMs; atMs += frameMs) {
      await clock.advance(frameMs);
      transcriber.push(line.place({ samples: new Int16Array(1600), sampleRate: 16_000, channels: 1, atMs }));
      await clock.advance(0);
    }
  };
  /** Somebody speaks for so long, as the VAD notices 200 ms late. */
  const speak = async (ms: number) => {
    const fromMs = atMs;
    await listen(200);
    transcriber.voiceStart(fromMs);
    await listen(ms - 200);
    transcriber.voiceEnd();
  };
  const close = async () => {
    await clock.runUntil(transcriber.end());
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    return account;
  };
  return { clock, controller, transcriber, account, heard, segments, listen, speak, close };
}

const range = (fromMs: number, toMs: number): number[] =>
  Array.from({ length: (toMs - fromMs) / frameMs }, (_entry, index) => fromMs + index * frameMs);

describe('an utterance', () => {
  test('is heard from 300 ms before the voice began to its end, and its final comes then', async () => {
    const { heard, listen, speak, close } = setUp();
    await listen(2000);
    await speak(1000);
    await listen(1000);
    expect(await close()).toEqual(['3000 final 1700-3000']);
    expect(heard).toEqual([range(1700, 3000)]);
  });

  test('at the very beginning of the call is heard from there', async () => {
    const { heard, speak, close } = setUp();
    await speak(500);
    await close();
    expect(heard).toEqual([range(0, 500)]);
  });

  test('is fed while it lasts', async () => {
    const { heard, listen, transcriber, close } = setUp();
    await listen(500);
    transcriber.voiceStart(400);
    await listen(500);
    expect(heard).toEqual([range(100, 1000)]);
    await close();
  });

  test('of more than a minute loses its beginning only when it is sent again', async () => {
    const { heard, listen, transcriber, close } = setUp([{ error: lost }]);
    transcriber.voiceStart(0);
    await listen(70_000);
    transcriber.voiceEnd();
    await close();
    expect([heard[0]?.[0], heard[1]?.[0], heard[1]?.length]).toEqual([0, 10_000, 600]);
  });

  test('has segments of its own, whatever the STT names them', async () => {
    const { segments, listen, speak, close } = setUp();
    await speak(500);
    await listen(500);
    await speak(500);
    await close();
    expect(new Set(segments).size).toBe(2);
  });
});

describe('several utterances', () => {
  test('are a call each, and silence between them is not heard', async () => {
    const { heard, listen, speak, close } = setUp();
    await speak(500);
    await listen(5000);
    await speak(500);
    await listen(500);
    expect(await close()).toEqual(['500 final 0-500', '6000 final 5200-6000']);
    expect(heard).toEqual([range(0, 500), range(5200, 6000)]);
  });

  test('are reported in the order of speaking, however long one takes', async () => {
    const { listen, speak, close } = setUp([{ afterMs: 3000, text: 'first' }, { text: 'second' }]);
    await speak(500);
    await listen(500);
    await speak(500);
    await listen(4000);
    expect(await close()).toEqual(['3500 final first', '3500 final second']);
  });

  test('a start without an end before it ends the one before', async () => {
    const { heard, listen, transcriber, close } = setUp();
    transcriber.voiceStart(0);
    await listen(500);
    transcriber.voiceStart(400);
    await listen(500);
    await close();
    expect(heard).toEqual([range(0, 500), range(100, 1000)]);
  });

  test('one given up does not harm the next', async () => {
    const failing = Array.from({ length: 4 }, () => ({ error: lost }));
    const { listen, speak, close } = setUp([...failing, { text: 'second' }]);
    await speak(500);
    await listen(5000);
    await speak(500);
    const account = await close();
    expect(account.filter((entry) => !entry.includes(' recover'))).toEqual([
      '4600 unrecoverable fake: lost',
      '4600 speech-lost',
      '6000 final second',
    ]);
  });
});

describe('after a failure', () => {
  test('the whole utterance is sent again', async () => {
    const { heard, speak, close } = setUp([{ error: lost }]);
    await speak(500);
    expect(await close()).toEqual(['500 recoverable fake: lost', '600 recovered', '600 final 0-500']);
    expect(heard).toEqual([range(0, 500), range(0, 500)]);
  });

  test('in its midst too, with what was said meanwhile', async () => {
    const { heard, speak, close } = setUp([{ failsAtMs: 500 }]);
    await speak(1000);
    expect(await close()).toEqual(['600 recoverable fake: lost', '1000 recovered', '1000 final 0-1000']);
    expect(heard[1]).toEqual(range(0, 1000));
  });

  test('a final that was reported is not reported again', async () => {
    const { heard, speak, close } = setUp([{ text: 'hello', errorAfter: lost }]);
    await speak(500);
    const account = await close();
    expect(account.filter((entry) => entry.includes('final'))).toEqual(['500 final hello']);
    expect(heard).toHaveLength(1);
  });

  test('a call that ends before the utterance does has failed', async () => {
    const { heard, speak, close } = setUp([{ endsAtMs: 300 }]);
    await speak(1000);
    expect((await close())[0]).toBe('400 recoverable fake: the stream ended before its input did');
    expect(heard[1]).toEqual(range(0, 1000));
  });

  test('that will not go away the utterance is given up at once', async () => {
    const { speak, close, clock } = setUp([{ error: new APIStatusError('refused the key', { provider: 'fake', status: 401 }) }]);
    await speak(500);
    expect(await close()).toEqual(['500 unrecoverable fake: refused the key', '500 speech-lost']);
    expect(clock.now()).toBe(500);
  });

  test('an STT that says nothing for 10 s after the end of an utterance has failed', async () => {
    const { speak, close } = setUp([{ afterMs: forever }]);
    await speak(500);
    expect(await close()).toEqual([
      '10500 recoverable fake: was sent an utterance and said nothing for 10000 ms',
      '10600 recovered',
      '10600 final 0-500',
    ]);
  });
});

describe('a flush', () => {
  test('ends the utterance there, and what is still said is another', async () => {
    const { heard, listen, transcriber, close } = setUp();
    await listen(300);
    transcriber.voiceStart(300);
    await listen(500);
    transcriber.flush();
    await listen(400);
    transcriber.voiceEnd();
    expect(await close()).toEqual(['800 final 0-800', '1200 final 800-1200']);
    expect(heard).toEqual([range(0, 800), range(800, 1200)]);
  });

  test('at the end of the voice begins no other', async () => {
    const { heard, listen, transcriber, close } = setUp();
    transcriber.voiceStart(0);
    await listen(500);
    transcriber.flush();
    transcriber.voiceEnd();
    await listen(500);
    await close();
    expect(heard).toHaveLength(1);
  });

  test('in silence does nothing', async () => {
    const { heard, listen, transcriber, close } = setUp();
    await listen(500);
    transcriber.flush();
    await listen(500);
    expect([await close(), heard]).toEqual([[], []]);
  });
});

describe('the end', () => {
  test('of the call is the end of the utterance under way, whose final still comes', async () => {
    const { listen, transcriber, close } = setUp([{ afterMs: 300 }]);
    transcriber.voiceStart(0);
    await listen(500);
    expect(await close()).toEqual(['800 final 0-500']);
  });

  test('is the end: nothing is begun after it', async () => {
    const { heard, transcriber, close } = setUp();
    await close();
    transcriber.voiceStart(0);
    transcriber.push({ samples: new Int16Array(1600), sampleRate: 16_000, channels: 1, atMs: 0 });
    transcriber.voiceEnd();
    expect([await close(), heard]).toEqual([[], []]);
  });

  test('by an abort is at once and quiet, whatever the STT does', async () => {
    const { clock, controller, transcriber, account, listen } = setUp([], async function* () {
      yield await new Promise<never>(() => {});
    });
    transcriber.voiceStart(0);
    await listen(500);
    controller.abort(new AbortError());
    await clock.runUntil(transcriber.end());
    expect([clock.now(), account]).toEqual([600, []]);
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});
