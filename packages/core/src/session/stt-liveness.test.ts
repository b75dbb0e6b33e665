import { describe, expect, test } from 'vitest';
import { createFallbackSTT } from '../adapters/fallback-stt.js';
import { Agent } from '../agent/agent.js';
import { callStream } from '../provider-kit/call-stream.js';
import type { STT, STTEvent } from '../provider/stt.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import type { Utterance } from '../testing/utterance.js';

const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const reply = { llm: [{ input: 'hello', output: 'hi there friend' }], tts: [{ text: 'hi there friend', audioMs: 2000 }] };

/** Hears of a connection what it is told to: the first ones of an STT are dead, and say nothing. */
function firstDead(utterances: readonly Utterance[], deadCalls: number): STT & { readonly firstFramesMs: readonly number[] } {
  const scripted = createScriptedSTT(utterances);
  const firstFramesMs: number[] = [];
  let calls = 0;
  return {
    ...scripted,
    firstFramesMs,
    transcribe: (request) => {
      calls += 1;
      const isDead = calls <= deadCalls;
      const index = calls - 1;
      const audio = (async function* () {
        for await (const input of request.audio) {
          if (input.type === 'audio') firstFramesMs[index] ??= input.frame.atMs;
          yield input;
        }
      })();
      if (!isDead) return scripted.transcribe({ ...request, audio });
      return callStream(request, async function* (): AsyncGenerator<STTEvent> {
        for await (const _input of audio);
        yield* [];
      });
    },
  };
}

const told = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) => {
    if (event.type === 'error') return [`${atMs} ${event.recoverable ? 'recoverable' : 'lost'}: ${event.error.message}`];
    return event.type === 'recovered' ? [`${atMs} ${event.action}`] : [];
  });

describe('liveness: an STT connection that says nothing for 10,000 after audio with speech', () => {
  test('is opened again, is sent again what was not final, and the turn is answered', async () => {
    const stt = firstDead(user, 1);
    const result = await scenario({ user, ...reply, options: { stt }, durationMs: 17_000 });
    // The VAD told of the voice at 550.
    expect(told(result)).toEqual([
      '10550 recoverable: scripted: was sent speech and said nothing for 10000 ms',
      '10650 reopened, and sent again what was not final',
    ]);
    // As nothing of it is final yet, the audio sent again begins where the voice did.
    expect(stt.firstFramesMs).toEqual([0, 500]);
    expect(result.history).toEqual(['user: hello', 'assistant: hi there friend']);
  });

  test('is not one whose final came before the VAD was sure of the end: nothing is owed in the silence after it', async () => {
    const result = await scenario({ user, ...reply, durationMs: 60_000 });
    expect(told(result)).toEqual([]);
  });
});

const sorry = ['Sorry, something went wrong.', 'Could you say that again?'].map((text) => ({ text, audioMs: 1000 }));
const apology = ({ played, events }: ScenarioResult): unknown[] => [
  played.map(({ startedMs, complete }) => [startedMs, complete]),
  events.flatMap(({ atMs, event }) => (event.type === 'speech-created' ? [`${atMs} ${event.source}`] : [])),
];

describe('liveness: an STT that says nothing either once it is opened again', () => {
  test('is told as lost 10,000 later, and the user is asked to say it again; what they say then is answered', async () => {
    const again = { startMs: 25_000, endMs: 26_000, text: 'hello' };
    const stt = firstDead([...user, again], 2);
    const result = await scenario({
      user: [...user, again],
      llm: reply.llm,
      tts: [...sorry, ...reply.tts],
      options: { stt },
      durationMs: 32_000,
    });
    expect(told(result)).toEqual([
      '10550 recoverable: scripted: was sent speech and said nothing for 10000 ms',
      '20550 lost: scripted: was sent speech and said nothing for 10000 ms',
      '20550 said a line that needs no model',
      expect.stringMatching(/^\d+ reopened, and sent again what was not final$/),
    ]);
    expect(apology(result)[1]).toEqual(['20550 reply-failed', expect.stringMatching(/ user-turn$/)]);
    expect(result.history).toEqual(['user: hello', 'assistant: hi there friend']);
  });

  test('ends the call, with an error that says why, when that has happened more often than the budget bears', async () => {
    const speech = Array.from({ length: 6 }, (_entry, index) => ({
      startMs: 500 + index * 25_000,
      endMs: 2500 + index * 25_000,
      text: 'hello',
    }));
    const result = await scenario({
      user: speech,
      tts: sorry,
      options: { stt: firstDead(speech, Infinity) },
      durationMs: 150_000,
    });
    expect(told(result).filter((line) => line.includes(' lost: '))).toHaveLength(4);
    // Asked again three times; the first dead connection was noticed twice, those after it at once.
    expect(result.events.at(-1)).toMatchObject({ atMs: 85_550, event: { type: 'close', reason: 'error', error: { kind: 'timeout' } } });
    expect(result.played).toHaveLength(3);
  });

  test('costs nothing where a noise was short, or nobody waits for an answer', async () => {
    const noise = [{ startMs: 500, endMs: 700, text: '' }];
    const short = await scenario({ user: noise, durationMs: 40_000 });
    expect(told(short)).toEqual(['10550 recoverable: scripted: was sent speech and said nothing for 10000 ms']);
    const hum = [{ startMs: 500, endMs: 2500, text: '' }];
    const answer = 'a very long answer';
    const busy = await scenario({
      user: hum,
      tts: [{ text: answer, audioMs: 30_000 }],
      at: { 3000: (session) => void session.say(answer) },
      durationMs: 40_000,
    });
    expect(told(busy)).toEqual([
      '10550 recoverable: scripted: was sent speech and said nothing for 10000 ms',
      '20550 recoverable: scripted: was sent speech and said nothing for 10000 ms',
    ]);
    expect(busy.events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'user' });
  });

  test('does not have a transcriber speak that answers nobody, nor is it a failure there', async () => {
    const result = await scenario({ user, options: { stt: firstDead(user, Infinity), llm: null }, durationMs: 40_000 });
    expect(told(result)).toEqual([
      '10550 recoverable: scripted: was sent speech and said nothing for 10000 ms',
      '20550 recoverable: scripted: was sent speech and said nothing for 10000 ms',
    ]);
  });

  test('has the user told where the agent leaves the line to the application, which says none: the call goes on', async () => {
    class Mute extends Agent {
      override onReplyFailed(): undefined {}
    }
    const result = await scenario({
      user,
      agent: new Mute({ instructions: '' }),
      options: { stt: firstDead(user, Infinity) },
      durationMs: 40_000,
    });
    expect(told(result).map((line) => line.split(':')[0])).toEqual(['10550 recoverable', '20550 recoverable']);
  });
});

describe('liveness: an STT that takes one utterance per call', () => {
  test('and says nothing to it, however often it is sent: the user is asked to say it again', async () => {
    const scripted = createScriptedSTT(user);
    const stt: STT = {
      ...scripted,
      capabilities: { ...scripted.capabilities, streaming: false, interimTranscripts: false },
      transcribe: (request) =>
        callStream(request, async function* (): AsyncGenerator<STTEvent> {
          yield await new Promise<never>(() => {});
        }),
    };
    const result = await scenario({ user, tts: sorry, options: { stt }, durationMs: 60_000 });
    expect(told(result).map((line) => line.split(':')[0])).toEqual([
      '13050 recoverable',
      '23200 recoverable',
      '35250 recoverable',
      '47300 lost',
      '47300 said a line that needs no model',
    ]);
    expect(result.played.length).toBeGreaterThan(0);
  });
});

test('liveness: with a fallback, what one STT said nothing to is sent to the next', async () => {
  const stt = createFallbackSTT({ models: [{ ...firstDead(user, Infinity), provider: 'first' }, createScriptedSTT(user)] });
  const result = await scenario({ user, ...reply, options: { stt }, at: { 18_000: () => stt.close?.() }, durationMs: 20_000 });
  expect(told(result).map((line) => line.split(':')[0])).toEqual([
    '10550 recoverable',
    '10650 reopened, and sent again what was not final',
  ]);
  expect(result.history).toEqual(['user: hello', 'assistant: hi there friend']);
});
