import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import type { LLMEvent } from '../provider/llm.js';
import { callStream } from '../provider-kit/call-stream.js';
import { createScriptedOutput } from '../testing/scripted-output.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

// Each row of "Liveness" in docs/turn-taking.md: that silence, and what comes of it.

const never = (): Promise<never> => new Promise(() => {});
const user = [{ startMs: 500, endMs: 1500, text: 'hello there' }];
const reply = { llm: [{ input: 'hello there', output: 'hi' }], tts: [{ text: 'hi', audioMs: 500 }] };
const told = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'error' ? [`${atMs} ${event.source} ${event.error.kind ?? event.error.message}`] : [],
  );
/** An LLM that gives these and then nothing more, whatever happens. */
class Silent extends Agent {
  readonly #events: readonly LLMEvent[];

  constructor(
    events: readonly LLMEvent[],
    readonly line: string,
  ) {
    super({ instructions: '' });
    this.#events = events;
  }

  override llmNode(request: Parameters<Agent['llmNode']>[0]): AsyncIterable<LLMEvent> {
    const events = this.#events;
    return callStream(request, async function* () {
      yield* events;
      yield await never();
    });
  }

  override onReplyFailed(): string {
    return this.line;
  }
}

describe('liveness', () => {
  test('L1: a final that never follows its interim: the interim is committed after 2 s', async () => {
    const [utterance] = user;
    const result = await scenario({
      user: utterance === undefined ? [] : [{ ...utterance, final: false }],
      ...reply,
      options: { preemptiveGeneration: false },
      durationMs: 9000,
    });
    expect(result.agentStates[1]).toBe('3500 thinking');
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
  });

  test('L2: no text at all after speech: it is reported once, and the session listens', async () => {
    const result = await scenario({
      user: [{ startMs: 500, endMs: 2500, text: '' }],
      options: { transcriptionTimeoutMs: 2000 },
      durationMs: 9000,
    });
    const reports = result.events.filter(({ event }) => event.type === 'transcription-timeout');
    expect(reports).toMatchObject([{ atMs: 4500, event: { speechMs: 2000 } }]);
    expect(result.userStates.at(-1)).toMatch(/listening$/);
  });

  test('L3: no first output of the LLM: 3 s an attempt, 8 s in all, then onReplyFailed has a line said, and the session listens', async () => {
    const result = await scenario({
      user,
      agent: new Silent([], 'one moment please'),
      tts: [{ text: 'one moment please', audioMs: 1000 }],
      durationMs: 20_000,
    });
    const times = told(result).map((line) => Number(line.split(' ')[0]));
    expect(times.at(0)).toBe(5050);
    expect(Math.max(...times)).toBeLessThanOrEqual(2000 + 8000 + 50);
    expect(result.played).toMatchObject([{ playedMs: 1000, complete: true }]);
    expect(result.history).toEqual(['user: hello there']);
    expect(result.agentStates.at(-1)).toMatch(/listening$/);
  });

  test('L4: an STT that says nothing to speech is opened again after 10 s, and is sent again what was not final', async () => {
    let calls = 0;
    const dead = createScriptedSTT(user);
    const stt = {
      ...dead,
      transcribe: (request: Parameters<typeof dead.transcribe>[0]) => {
        calls += 1;
        return calls > 1
          ? dead.transcribe(request)
          : callStream(request, async function* () {
              for await (const _input of request.audio);
              yield await never();
            });
      },
    };
    const result = await scenario({ user, ...reply, options: { stt }, durationMs: 20_000 });
    expect(told(result)).toEqual([expect.stringMatching(/ stt timeout$/)]);
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
  });

  test('L5: the LLM falls silent in mid-reply: after 10 s the reply ends with what was heard', async () => {
    const text = 'The first sentence is here.';
    const result = await scenario({
      user,
      agent: new Silent([{ type: 'text-delta', text }], ''),
      tts: [{ text, audioMs: 1000 }],
      durationMs: 20_000,
    });
    expect(result.history).toEqual(['user: hello there', `assistant: ${text}`]);
    expect(told(result)).toEqual(['12050 llm timeout']);
    expect(result.agentStates.at(-1)).toMatch(/listening$/);
  });

  test('L6: an output that acknowledges nothing: 5 s past its audio the reply counts as heard', async () => {
    const result = await scenario({
      user,
      ...reply,
      output: (clock) => {
        const output = createScriptedOutput(clock);
        return {
          sampleRate: output.sampleRate,
          channels: 1,
          latencyMs: 0,
          write: () => undefined,
          end: () => {},
          clear: () => {},
          events: { [Symbol.asyncIterator]: () => ({ next: never }) },
          [Symbol.asyncDispose]: () => output[Symbol.asyncDispose](),
        };
      },
      durationMs: 12_000,
    });
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
    expect(result.events.some(({ event }) => event.type === 'recovered' && event.source === 'audio-output')).toBe(true);
  });

  test('L7: a tool that never ends keeps nobody from being heard: the next turn stops it, and each call has its output', async () => {
    const slow = tool({ description: 'Waits.', execute: never });
    const result = await scenario({
      user: [...user, { startMs: 5000, endMs: 6000, text: 'are you there' }],
      tools: { slow },
      llm: [
        { input: 'hello there', toolCalls: [{ name: 'slow' }] },
        { input: 'are you there', output: 'hi' },
      ],
      tts: reply.tts,
      durationMs: 12_000,
    });
    expect(result.history).toEqual([
      'user: hello there',
      'call: slow {}',
      'error: The call was interrupted before it was finished.',
      'user: are you there',
      'assistant: hi',
    ]);
  });

  test('L8: a hook that never settles is reported after 10 s, and the turn is answered', async () => {
    class Slow extends Agent {
      override onUserTurnCompleted(): Promise<void> {
        return never();
      }
    }
    const result = await scenario({ user, ...reply, agent: new Slow({ instructions: '' }), durationMs: 20_000 });
    expect(told(result)).toEqual([
      expect.stringMatching(/^12000 hook hook onUserTurnCompleted of agent "Slow": did not settle within 10000 ms/),
    ]);
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
  });

  test('L9: what does not end when the call closes is left after 10 s, and close is told', async () => {
    class Stuck extends Agent {
      override onExit(): Promise<void> {
        return never();
      }
    }
    const result = await scenario({
      agent: new Stuck({ instructions: '' }),
      at: { 1000: (session) => session.close() },
      durationMs: 20_000,
    });
    expect(result.events.at(-1)?.event.type).toBe('close');
    expect(result.events.at(-1)?.atMs).toBeLessThanOrEqual(11_000);
  });
});
