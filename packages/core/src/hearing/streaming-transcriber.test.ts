import { describe, expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import { AbortError } from '../stream/abort-error.js';
import { getEventListeners } from 'node:events';
import type { STTEvent } from '../provider/stt.js';
import { expired, final, interim, lost, range, setUp, usage, without } from './__fixtures__/streaming-call.js';

describe('a call that goes on', () => {
  test('hears every frame, and what it says is reported', async () => {
    const { account, heard, listen, transcriber, close } = setUp({ calls: [{ 300: [interim('hel')], 500: [final('hello', 400), usage] }] });
    await listen(400);
    transcriber.voiceEnd();
    await listen(200);
    expect(heard).toEqual([[0, 100, 200, 300, 'flush', 400, 500]]);
    expect(account).toEqual(['300 interim hel', '500 final hello', '500 usage']);
    await close();
  });

  test('has segments of its own, whatever another call names its own', async () => {
    const { segments, listen, transcriber, close } = setUp({
      calls: [{ 100: [final('one', 50, 's1'), lost] }, { 300: [final('two', 250, 's1')] }],
    });
    transcriber.voiceStart();
    await listen(600);
    expect(segments).toEqual(['call-2:s1', 'call-3:s1']);
    await close();
  });

  test('may report two finals that end at the same time', async () => {
    const { account, listen, close } = setUp({ calls: [{ 300: [final('hello', 300, 'a'), final('there', 300, 'b')] }] });
    await listen(400);
    expect(account).toEqual(['300 final hello', '300 final there']);
    await close();
  });

  test('stands in for a VAD where there is none', async () => {
    const start: STTEvent = { type: 'speech-start', atMs: 50 };
    const end: STTEvent = { type: 'speech-end', atMs: 250 };
    const calls = [{ 100: [start], 300: [end] }];
    const alone = setUp({ calls, reportVoice: true });
    await alone.listen(400);
    expect(without(alone.account, 'stt-speech')).toEqual(['100 voice-start 50', '300 voice-end 250']);
    await alone.close();
    const beside = setUp({ calls });
    await beside.listen(400);
    expect(beside.account).toEqual(['100 stt-speech-start', '300 stt-speech-end']);
    await beside.close();
  });

  test('that is slow to listen loses the oldest audio, and no memory is filled', async () => {
    const times: number[] = [];
    const { listen, clock, close } = setUp({
      transcribe: (request) =>
        callStream(request, async function* () {
          await new Promise<void>((resolve) => void request.clock.after(30_000, resolve));
          for await (const input of request.audio) if (input.type === 'audio') times.push(input.frame.atMs);
          yield usage;
        }),
    });
    await listen(29_900);
    await clock.advance(200);
    expect(times).toEqual(range(19_900, 29_900));
    await close();
  });
});

describe('after a failure', () => {
  test('another call is given what was not final yet, while somebody speaks', async () => {
    const { account, heard, listen, transcriber, close } = setUp({
      calls: [{ 1000: [final('hello there', 800)], 1500: [lost] }, { 2000: [final('how are you', 1900)] }],
    });
    transcriber.voiceStart();
    await listen(2000);
    expect(heard[1]).toEqual(range(800, 2000));
    expect(account).toEqual(['1000 final hello there', '1500 recoverable fake: lost', '2000 recovered', '2000 final how are you']);
    await close();
  });

  test('what had begun and was not final is taken back when the new call has something to say: it would be there twice', async () => {
    const { account, segments, listen, transcriber, close } = setUp({
      calls: [{ 300: [interim('hel'), lost] }, { 600: [interim('hello')], 700: [final('hello', 600, 'interim')] }],
    });
    transcriber.voiceStart();
    await listen(1000);
    expect(without(account, 'recover')).toEqual(['300 interim hel', '600 final ', '600 interim hello', '700 final hello']);
    expect(segments).toEqual(['call-2:interim', 'call-3:interim']);
    await close();
  });

  test('nothing that was final is reported again, though it is heard again', async () => {
    const { account, listen, transcriber, close } = setUp({
      calls: [{ 1000: [final('hello there', 850)], 1500: [lost] }, { 1600: [final('there', 850, 'again'), final('now', 1500)] }],
    });
    transcriber.voiceStart();
    await listen(2000);
    expect(without(account, 'recover')).toEqual(['1000 final hello there', '1600 final ', '1600 final now']);
    await close();
  });

  test('what was taken while it was interim is not sent again', async () => {
    const { heard, listen, transcriber, close } = setUp({ calls: [{ 800: [interim('hello there')], 1500: [lost] }] });
    transcriber.voiceStart();
    await listen(1000);
    transcriber.settle();
    await listen(1000);
    expect(heard[1]?.slice(0, 1)).toEqual([800]);
    await close();
  });

  test('what is taken while it is being sent again is not heard to its end: another call begins behind it', async () => {
    const { account, heard, listen, transcriber, close } = setUp({
      calls: [
        { 800: [interim('hello there')], 1000: [lost] },
        { 1500: [interim('hello there')], ended: [lost] },
        { 1500: [final('you', 1400)] },
      ],
    });
    transcriber.voiceStart();
    await listen(1200);
    transcriber.settle();
    await listen(800);
    expect(heard[1]?.slice(0, 1)).toEqual([0]);
    expect(heard[2]?.slice(0, 1)).toEqual([800]);
    expect(without(account, 'recovered', 'interim')).toEqual(['1000 recoverable fake: lost', '1500 final ', '1500 final you']);
    await close();
  });

  test('at most 10 s are sent again, and in silence at most 1 s', async () => {
    const speech = setUp({ calls: [{ 9000: [interim('well')], 15_000: [lost] }] });
    speech.transcriber.voiceStart();
    await speech.listen(15_100);
    expect(speech.heard[1]?.slice(0, 1)).toEqual([5000]);
    await speech.close();
    const silence = setUp({ calls: [{ 15_000: [lost] }] });
    await silence.listen(15_100);
    expect(silence.heard[1]?.slice(0, 1)).toEqual([14_000]);
    await silence.close();
  });

  test('10 s are sent again without a VAD, as nobody knows who speaks', async () => {
    const { heard, listen, close } = setUp({ calls: [{ 15_000: [lost] }], reportVoice: true });
    await listen(15_100);
    expect(heard[1]?.slice(0, 1)).toEqual([5000]);
    await close();
  });

  test('a final in the middle of speech does not make the memory short', async () => {
    const { heard, listen, transcriber, close } = setUp({ calls: [{ 1000: [final('hello', 900)], 4000: [lost] }] });
    transcriber.voiceStart();
    await listen(4100);
    expect(heard[1]?.slice(0, 1)).toEqual([900]);
    await close();
  });

  test('what is said while no call is open is not lost, nor is its end', async () => {
    const { account, heard, listen, transcriber, close } = setUp({
      calls: [{ 500: [lost] }, { 600: [lost] }, { flush: [final('hello', 900)] }],
    });
    transcriber.voiceStart();
    await listen(900);
    transcriber.voiceEnd();
    await listen(2000);
    expect(heard[2]?.slice(0, 10)).toEqual(range(0, 1000));
    expect(heard[2]).toContain('flush');
    expect(without(account, 'recover')).toEqual(['2600 final hello']);
    await close();
  });

  test('three attempts are free of consequence, the fourth failure is not recoverable', async () => {
    const { account, listen, close } = setUp({
      calls: Array.from({ length: 5 }, () => ({ 500: [lost], 600: [lost], 2600: [lost], 4600: [lost] })),
    });
    await listen(5000);
    expect(without(account, 'recovered')).toEqual([
      '500 recoverable fake: lost',
      '600 recoverable fake: lost',
      '2600 recoverable fake: lost',
      '4600 unrecoverable fake: lost',
    ]);
    await close();
  });

  test('a final that says something makes the next failure the first again; an empty one does not', async () => {
    const failing = (text: string) => [{ 500: [lost] }, { 700: [final(text, 690), lost] }, { 800: [lost] }];
    const said = setUp({ calls: failing('hello') });
    await said.listen(1000);
    expect(without(said.account, 'recovered', 'final')).toEqual([
      '500 recoverable fake: lost',
      '700 recoverable fake: lost',
      '800 recoverable fake: lost',
    ]);
    await said.close();
    const empty = setUp({ calls: failing('') });
    await empty.listen(1000);
    expect(without(empty.account, 'recovered', 'final')).toEqual(['500 recoverable fake: lost', '700 recoverable fake: lost']);
    await empty.close();
  });

  test('by the vendor’s own rule it is opened again at once', async () => {
    const { account, heard, listen, close } = setUp({ calls: [{ 500: [expired] }] });
    await listen(600);
    expect(heard).toHaveLength(2);
    expect(account).toEqual(['500 recoverable fake: too old']);
    await close();
  });

  test('a voice that the STT itself had begun ends: nobody waits for an end that does not come', async () => {
    const start: STTEvent = { type: 'speech-start', atMs: 300 };
    const { account, listen, close } = setUp({
      calls: [{ 400: [start], 700: [lost] }, { 1500: [{ ...start, atMs: 1400 }] }],
      reportVoice: true,
    });
    await listen(1600);
    expect(without(account, 'stt-speech')).toEqual([
      '400 voice-start 300',
      '700 voice-end 700',
      '700 recoverable fake: lost',
      '1500 recovered',
      '1500 voice-start 1400',
    ]);
    await close();
  });

  test('a voice that the STT has begun ends with the audio', async () => {
    const { clock, account, listen, transcriber } = setUp({ calls: [{ 400: [{ type: 'speech-start', atMs: 300 }] }], reportVoice: true });
    await listen(600);
    await clock.runUntil(transcriber.end());
    expect(without(account, 'stt-speech')).toEqual(['400 voice-start 300', '600 voice-end 600']);
  });

  test('a stream that ends before its input has failed', async () => {
    const { account, heard, listen, close } = setUp({ calls: [{ 500: 'end' }] });
    await listen(700);
    expect(account).toEqual(['500 recoverable fake: the stream ended before its input did']);
    expect(heard).toHaveLength(2);
    await close();
  });
});

describe('a connection that is dead', () => {
  const dead = '10000 recoverable fake: was sent speech and said nothing for 10000 ms';

  test('is noticed 10 s after speech began, if not a word comes back, and what was said is sent again', async () => {
    const { account, heard, listen, transcriber, close } = setUp();
    transcriber.voiceStart();
    await listen(10_200);
    expect(account).toEqual([dead]);
    expect(heard[1]?.slice(0, 1)).toEqual([0]);
    await close();
  });

  test('is noticed without a VAD, once the STT has said that somebody speaks, and nobody waits for the end of that voice', async () => {
    const { account, heard, listen, close } = setUp({ calls: [{ 400: [{ type: 'speech-start', atMs: 300 }] }], reportVoice: true });
    await listen(10_600);
    expect(without(account, 'stt-speech')).toEqual([
      '400 voice-start 300',
      '10400 voice-end 10400',
      '10400 recoverable fake: was sent speech and said nothing for 10000 ms',
    ]);
    expect(heard[1]?.slice(0, 1)).toEqual([300]);
    await close();
  });

  test('is noticed though one voice after another begins and ends', async () => {
    const { account, listen, transcriber, close } = setUp();
    for (let count = 0; count < 6; count += 1) {
      transcriber.voiceStart();
      await listen(1000);
      transcriber.voiceEnd();
      await listen(1000);
    }
    expect(without(account, 'recovered')).toEqual([dead]);
    await close();
  });

  test('is noticed 10 s after its last word, while speech goes on', async () => {
    const { account, listen, transcriber, close } = setUp({ calls: [{ 5000: [interim('hello')] }] });
    transcriber.voiceStart();
    await listen(15_100);
    expect(without(account, 'recovered')).toEqual([
      '5000 interim hello',
      '15000 recoverable fake: was sent speech and said nothing for 10000 ms',
    ]);
    await close();
  });

  test('is not one that has nothing to say in silence', async () => {
    const { account, listen, transcriber, close } = setUp({ calls: [{ 1200: [final('hello', 900)] }] });
    transcriber.voiceStart();
    await listen(1000);
    transcriber.voiceEnd();
    await listen(60_000);
    expect(account).toEqual(['1200 final hello']);
    await close();
  });

  test('is not one whose final came before the VAD was sure that the voice had ended', async () => {
    const { account, listen, transcriber, close } = setUp({ calls: [{ 1200: [final('hello', 1000)] }] });
    transcriber.voiceStart();
    await listen(1500);
    transcriber.voiceEnd(1000);
    await listen(60_000);
    expect(account).toEqual(['1200 final hello']);
    await close();
  });

  test('is one whose final told only of the first part of what was said', async () => {
    const { account, heard, listen, transcriber, close } = setUp({ calls: [{ 1200: [final('hello', 1000)] }] });
    transcriber.voiceStart();
    await listen(4500);
    transcriber.voiceEnd(4000);
    await listen(10_000);
    expect(without(account, 'recovered')).toEqual([
      '1200 final hello',
      '11200 recoverable fake: was sent speech and said nothing for 10000 ms',
    ]);
    expect(heard[1]?.[0]).toBeLessThanOrEqual(1200);
    await close();
  });

  test('is not one without interims that waits for the end of what is said', async () => {
    const { account, listen, transcriber, close } = setUp({ interims: false });
    transcriber.voiceStart();
    await listen(30_000);
    expect(account).toEqual([]);
    transcriber.voiceEnd();
    await listen(10_200);
    expect(without(account, 'recovered')).toEqual(['40000 recoverable fake: was sent speech and said nothing for 10000 ms']);
    await close();
  });

  test('is looked for once after a noise: it is not answered, and nothing is wrong', async () => {
    const { account, listen, transcriber, close } = setUp();
    transcriber.voiceStart();
    await listen(300);
    transcriber.voiceEnd();
    await listen(60_000);
    expect(account).toEqual([dead]);
    await close();
  });

  test('is not one that said all there was before the voice was known to be over', async () => {
    const { account, listen, transcriber, close } = setUp({ calls: [{ 700: [final('hello', 600)] }] });
    transcriber.voiceStart();
    await listen(1000);
    transcriber.voiceEnd();
    await listen(60_000);
    expect(account).toEqual(['700 final hello']);
    await close();
  });

  test.each([true, false])('is taken for dead by noise as often as that comes, and it costs nothing (interims: %s)', async (interims) => {
    const { account, heard, listen, transcriber, close } = setUp({ interims });
    for (let noises = 0; noises < 8; noises += 1) {
      transcriber.voiceStart();
      await listen(300);
      transcriber.voiceEnd();
      await listen(12_000);
    }
    expect(account).toHaveLength(8);
    expect(account.every((line) => / recoverable fake: was sent speech/.test(line))).toBe(true);
    expect(heard).toHaveLength(9);
    await close();
  });

  test('gets a signal whose reason is an AbortError', async () => {
    const reasons: unknown[] = [];
    const { listen, transcriber, close } = setUp({
      transcribe: (request) => {
        request.signal.addEventListener('abort', () => reasons.push(request.signal.reason));
        return callStream(request, async function* () {
          for await (const _input of request.audio);
          yield usage;
        });
      },
    });
    transcriber.voiceStart();
    await listen(10_100);
    expect(reasons).toEqual([expect.objectContaining({ name: 'AbortError' })]);
    await close();
  });
});

describe('the end', () => {
  test('waits for the finals that are due', async () => {
    const { clock, transcriber, account, listen, controller } = setUp({
      transcribe: (request) =>
        callStream(request, async function* () {
          for await (const _input of request.audio);
          await new Promise<void>((resolve) => void request.clock.after(300, resolve));
          yield final('hello', 400);
        }),
    });
    await listen(500);
    await clock.runUntil(transcriber.end());
    expect(account).toEqual(['800 final hello']);
    transcriber.push({ samples: new Int16Array(1600), sampleRate: 16_000, channels: 1, atMs: 500 });
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  test('does not wait for ever for one that gives none', async () => {
    const { clock, transcriber, account, listen } = setUp({
      transcribe: (request) =>
        callStream(request, async function* () {
          yield await new Promise<never>(() => {});
        }),
    });
    await listen(500);
    await clock.runUntil(transcriber.end());
    expect([clock.now(), account]).toEqual([10_550, []]);
    clock.assertIdle();
  });

  test('is tried again like everything else', async () => {
    const { clock, transcriber, account, listen } = setUp({ calls: [{ 500: [lost] }, { 500: [final('hello', 450)] }] });
    await listen(500);
    await clock.runUntil(transcriber.end());
    expect(account).toEqual(['500 recoverable fake: lost', '600 recovered', '600 final hello']);
    clock.assertIdle();
  });

  test('by an abort is at once and quiet, whatever the STT does', async () => {
    const { clock, transcriber, account, listen, controller } = setUp({
      async *transcribe() {
        yield await new Promise<never>(() => {});
      },
    });
    await listen(500);
    controller.abort(new AbortError());
    await clock.runUntil(transcriber.end());
    expect([clock.now(), account]).toEqual([600, []]);
    clock.assertIdle();
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });
});

describe('a second connection that is dead', () => {
  const silence = 'fake: was sent speech and said nothing for 10000 ms';

  test('is waited for once after speech, and what was said is lost: more is not sent after it', async () => {
    const { account, heard, listen, transcriber, close } = setUp();
    transcriber.voiceStart();
    await listen(2000);
    transcriber.voiceEnd();
    await listen(60_000);
    expect(account).toEqual([`10000 recoverable ${silence}`, '20000 speech-lost']);
    expect(heard).toHaveLength(3);
    await close();
  });

  test('is no less dead for a last receipt', async () => {
    const { account, listen, transcriber, close } = setUp({
      transcribe: async function* ({ signal }) {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
        yield usage;
      },
    });
    transcriber.voiceStart();
    await listen(2000);
    transcriber.voiceEnd();
    await listen(30_000);
    expect(account).toEqual(['10000 usage', `10000 recoverable ${silence}`, '20000 usage', '20000 speech-lost']);
    await close();
  });

  test('loses what is said next as soon as it is noticed, until something comes', async () => {
    const { account, listen, transcriber, close } = setUp({ calls: [{}, {}, {}, { 52_000: [interim('hello')] }] });
    for (const ms of [22_000, 22_000, 22_000]) {
      transcriber.voiceStart();
      await listen(2000);
      transcriber.voiceEnd();
      await listen(ms - 2000);
    }
    expect(without(account, 'recovered')).toEqual([
      `10000 recoverable ${silence}`,
      '20000 speech-lost',
      '32000 speech-lost',
      '52000 interim hello',
    ]);
    await close();
  });
});
