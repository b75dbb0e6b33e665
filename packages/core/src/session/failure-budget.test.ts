import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { APIStatusError } from '../provider/api-error.js';
import type { STT, STTEvent } from '../provider/stt.js';
import { callStream } from '../provider-kit/call-stream.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

const refused = (what: string) => new APIStatusError('refused the key', { provider: what, status: 401 });
const closed = ({ events }: ScenarioResult) =>
  events.flatMap(({ atMs, event }) => (event.type === 'close' ? [`${atMs} ${event.reason} ${event.error?.provider ?? ''}`] : []));

/** An STT of which each call says a final text, if given, after 500 ms of audio, and then refuses to go on. */
function failingSTT(finals: readonly (string | undefined)[]): STT {
  let calls = 0;
  return {
    ...createScriptedSTT([]),
    transcribe: (request) =>
      callStream(request, async function* (): AsyncGenerator<STTEvent, void, void> {
        const text = finals[calls];
        const isHealthy = calls >= finals.length;
        calls += 1;
        let startMs: number | undefined;
        for await (const input of request.audio) {
          if (input.type !== 'audio' || isHealthy) continue;
          startMs ??= input.frame.atMs;
          if (input.frame.atMs - startMs < 500) continue;
          if (text !== undefined) yield { type: 'transcript-final', segmentId: 's', text, endMs: input.frame.atMs };
          throw refused('ear');
        }
      }),
  };
}
const hear = (finals: readonly (string | undefined)[], maxUnrecoverableErrors?: number) =>
  scenario({
    options: { stt: failingSTT(finals), llm: null, maxUnrecoverableErrors },
    durationMs: 30_000,
  });

describe('S063: the error budget', () => {
  test('of 1 bears the first unrecoverable error of the STT, and closes with the second', async () => {
    expect(closed(await hear([undefined], 1))).toEqual(['30000 user ']);
    expect(closed(await hear([undefined, undefined], 1))[0]).toMatch(/error ear$/);
  });

  test('is whole again after a final that says something, not after an empty one', async () => {
    expect(closed(await hear([undefined, 'hello', 'hello'], 1))).toEqual(['30000 user ']);
    expect(closed(await hear([undefined, ''], 1))[0]).toMatch(/error ear$/);
  });

  test('is 3 if none is given', async () => {
    expect(closed(await hear([undefined, undefined, undefined]))).toEqual(['30000 user ']);
    expect(closed(await hear([undefined, undefined, undefined, undefined]))[0]).toMatch(/error ear$/);
  });

  test('is each source’s own: what the LLM does is not counted with what the STT does', async () => {
    let replies = 0;
    class Failing extends Agent {
      // oxlint-disable-next-line require-yield -- it fails before its first event
      override async *llmNode(): AsyncGenerator<never> {
        replies += 1;
        throw refused('mind');
      }

      override onReplyFailed(): string {
        return '';
      }
    }
    const call = (maxUnrecoverableErrors: number) =>
      scenario({
        agent: new Failing({ instructions: '' }),
        options: { stt: failingSTT([undefined, undefined]), maxUnrecoverableErrors },
        at: { 200: (session) => void session.generateReply(), 1200: (session) => void session.generateReply() },
        durationMs: 30_000,
      });
    // Two failures of each: four in all.
    expect(closed(await call(2))).toEqual(['30000 user ']);
    expect(replies).toBe(2);
    expect(closed(await call(1))).toEqual(['1200 error mind']);
  });

  test('of the LLM is whole again once it has answered', async () => {
    let replies = 0;
    class Shaky extends Agent {
      override async *llmNode(request: Parameters<Agent['llmNode']>[0]) {
        replies += 1;
        if (replies !== 2) throw refused('mind');
        yield* super.llmNode(request);
      }

      override onReplyFailed(): string {
        return '';
      }
    }
    const result = await scenario({
      agent: new Shaky({ instructions: '' }),
      llm: [{ input: 'two', output: 'hi' }],
      tts: [{ text: 'hi', audioMs: 500 }],
      options: { maxUnrecoverableErrors: 1 },
      at: {
        200: (session) => void session.generateReply({ userInput: 'one' }),
        1200: (session) => void session.generateReply({ userInput: 'two' }),
        5200: (session) => void session.generateReply({ userInput: 'three' }),
      },
      durationMs: 9000,
    });
    expect(closed(result)).toEqual(['9000 user ']);
  });
});
