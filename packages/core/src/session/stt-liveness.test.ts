import { describe, expect, test } from 'vitest';
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
