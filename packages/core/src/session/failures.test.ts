import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const told = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) =>
    event.type === 'error'
      ? [`error ${event.source} ${event.recoverable}`]
      : event.type === 'recovered'
        ? [`recovered ${event.source}: ${event.action}`]
        : [],
  );
const broken = new APIStatusError('refused the key', { provider: 'scripted', status: 401 });
const sorry = ['Sorry, something went wrong.', 'Could you say that again?'] as const;

describe('the call goes on', () => {
  test('when the LLM fails for good: a line is said, and the next turn is answered', async () => {
    const result = await scenario({
      user: [...user, { startMs: 9000, endMs: 10_000, text: 'again' }],
      llm: [
        { input: 'hello', error: broken },
        { input: 'again', output: 'I am back' },
      ],
      tts: [...sorry.map((text) => ({ text, audioMs: 1000 })), { text: 'I am back', audioMs: 1000 }],
      durationMs: 14_000,
    });
    expect(told(result)).toEqual(['error llm false', 'recovered llm: said a line that needs no model']);
    expect(result.history).toEqual(['user: hello', 'user: again', 'assistant: I am back']);
  });

  test('when the TTS fails in mid-reply: what was heard stays, the rest is not remembered', async () => {
    const result = await scenario({
      user,
      llm: [{ input: 'hello', output: 'The first sentence is fine. The second one breaks in the middle.' }],
      tts: [
        { text: 'The first sentence is fine.', audioMs: 2000 },
        { text: 'The second one breaks in the middle.', audioMs: 2000, error: broken },
      ],
      durationMs: 12_000,
    });
    expect(told(result)).toEqual(['error tts false', 'recovered tts: ended the reply with what was heard']);
    expect(result.history).toEqual(['user: hello', 'assistant!: The first sentence is fine. The second']);
    expect(result.agentStates.at(-1)).toMatch(/listening/);
  });

  test('when the TTS can say nothing at all: nothing is said, and nobody is left waiting', async () => {
    const result = await scenario({
      user,
      llm: [{ input: 'hello', output: 'hi' }],
      tts: [
        { text: 'hi', audioMs: 0, error: broken },
        { text: sorry[0], audioMs: 0, error: broken },
      ],
      durationMs: 12_000,
    });
    expect(result.history).toEqual(['user: hello']);
    expect(result.agentStates.at(-1)).toMatch(/listening/);
  });

  test('when the model sends arguments that are no JSON: it is told, and calls again', async () => {
    const result = await scenario({
      user,
      llm: [
        { input: 'hello', toolCalls: [{ name: 'look', argumentsJson: '{"at": ' }] },
        { input: 'The arguments of look are not valid JSON. Call it again with a JSON object.', output: 'well' },
      ],
      tts: [{ text: 'well', audioMs: 500 }],
      tools: { look: tool({ description: 'Looks.', execute: () => 'seen' }) },
      durationMs: 9000,
    });
    expect(result.history.at(-1)).toBe('assistant: well');
  });

  test('when a hook throws, or takes longer than it may', async () => {
    class Careless extends Agent {
      override onEnter(): void {
        throw new Error('no');
      }

      override onUserTurnCompleted(): Promise<void> {
        return new Promise(() => {});
      }
    }
    const result = await scenario({
      user,
      agent: new Careless({ instructions: '' }),
      llm: [{ input: 'hello', output: 'hi' }],
      tts: [{ text: 'hi', audioMs: 500 }],
      options: { hookTimeoutMs: 1000 },
      durationMs: 9000,
    });
    expect(told(result)).toEqual(['error hook true', 'error hook true']);
    expect(result.history).toEqual(['user: hello', 'assistant: hi']);
  });
});

test('a retryable failure of the LLM is tried again, and told', async () => {
  let calls = 0;
  class Flaky extends Agent {
    override async *llmNode(request: Parameters<Agent['llmNode']>[0]) {
      calls += 1;
      if (calls === 1) throw new APIConnectionError('reset', { provider: 'scripted' });
      yield* super.llmNode(request);
    }
  }
  const result = await scenario({
    user,
    agent: new Flaky({ instructions: '' }),
    llm: [{ input: 'hello', output: 'hi' }],
    tts: [{ text: 'hi', audioMs: 500 }],
    durationMs: 9000,
  });
  expect(told(result)).toEqual(['error llm true', 'recovered llm: called again']);
  expect(result.agentStates[2]).toBe('3600 speaking');
});

test('after so many failures in a row that nothing could mend the session closes, and says why', async () => {
  const result = await scenario({
    user,
    llm: [{ input: 'hello', error: broken }],
    options: { maxUnrecoverableErrors: 0 },
    durationMs: 9000,
  });
  expect(result.events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'error', error: { kind: 'authentication' } });
});
