import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import type { LLMEvent } from '../provider/llm.js';
import type { TTSEvent } from '../provider/tts.js';
import { callStream } from '../provider-kit/call-stream.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

/** A stream that takes no notice of its abort is left alone 50 ms after it: hence the times below. */
const never = (): Promise<never> => new Promise(() => {});
const told = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'error' ? [`${atMs} ${event.source} ${event.error.kind} ${event.recoverable}`] : []));
const finish: LLMEvent = { type: 'finish', reason: 'stop' };

/** An agent whose LLM does this in each call, and which says nothing when a reply fails. */
function agentOf(calls: readonly (readonly (LLMEvent | Error | 'stall')[])[], times: number[] = []): Agent {
  class Scripted extends Agent {
    override llmNode(request: Parameters<Agent['llmNode']>[0]): AsyncIterable<LLMEvent> {
      const steps = calls[times.push(request.clock.now()) - 1] ?? calls.at(-1) ?? [];
      return callStream(request, async function* () {
        for (const step of steps) {
          if (step === 'stall') await never();
          else if (step instanceof Error) throw step;
          else yield step;
        }
      });
    }

    override onReplyFailed(): string {
      return '';
    }
  }
  return new Scripted({ instructions: '', tools: { look: tool({ description: 'Looks.', execute: () => 'seen' }) } });
}

const ask = (agent: Agent, script: Partial<Parameters<typeof scenario>[0]> = {}) =>
  scenario({ agent, at: { 1000: (session) => void session.generateReply() }, durationMs: 60_000, ...script });

describe('S127: an LLM whose stream stalls', () => {
  const metadata: LLMEvent = { type: 'response-metadata', requestId: 'r' };
  const options = { connectOptions: { llm: { maxRetries: 2 } }, replyDeadlineMs: 40_000 };

  test('after metadata, or in the midst of its thoughts, is called again: 3 attempts at 2 retries, and the failure is a timeout', async () => {
    for (const first of [metadata, { type: 'reasoning-delta', text: 'hm' }] satisfies LLMEvent[]) {
      const times: number[] = [];
      const result = await ask(agentOf([[first, 'stall']], times), { options });
      expect(times).toHaveLength(3);
      expect(told(result).map((line) => line.replace(/^\d+ /, ''))).toEqual(['llm timeout true', 'llm timeout true', 'llm timeout false']);
    }
  });

  test('after any text is not called again: what was heard stays', async () => {
    const times: number[] = [];
    const result = await ask(agentOf([[{ type: 'text-delta', text: 'The first sentence is here. And' }, 'stall']], times), {
      options,
      tts: [
        { text: 'The first sentence is here.', audioMs: 1000 },
        { text: 'And', audioMs: 300 },
      ],
    });
    expect(times).toHaveLength(1);
    expect(told(result)).toEqual(['11050 llm timeout false']);
    expect(result.history).toEqual(['assistant: The first sentence is here. And']);
  });

  test('after a finished tool call is not called again: the tool runs once', async () => {
    const times: number[] = [];
    const call: LLMEvent = { type: 'tool-call', callId: 'c', name: 'look', argumentsJson: '{}' };
    const result = await ask(
      agentOf(
        [
          [call, 'stall'],
          [{ type: 'text-delta', text: 'done' }, finish],
        ],
        times,
      ),
      {
        options,
        tts: [{ text: 'done', audioMs: 300 }],
      },
    );
    expect(result.history).toEqual(['call: look {}', 'output: seen', 'assistant: done']);
    expect(times).toEqual([1000, 11_050]);
  });

  test('is timed over all its attempts, and what it used without output is counted', async () => {
    const usage: LLMEvent = { type: 'usage', usage: { inputTokens: 7 } };
    const lost = new APIConnectionError('lost', { provider: 'mind' });
    const result = await ask(
      agentOf([
        [usage, lost],
        [{ type: 'text-delta', text: 'done' }, finish],
      ]),
      { tts: [{ text: 'done', audioMs: 300 }] },
    );
    const metrics = result.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics.llmFirstTokenMs] : []));
    expect(metrics).toEqual([100]);
    expect(result.events.flatMap(({ event }) => (event.type === 'usage-updated' ? [event.usage[0]?.usage] : []))).toEqual([
      { inputTokens: 7 },
    ]);
    const silent = await ask(agentOf([[usage, new APIStatusError('no', { provider: 'mind', status: 400 })]]));
    const none = silent.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics.llmFirstTokenMs] : []));
    expect(none).toEqual([undefined]);
  });
});

describe('S128: retries', () => {
  test('a status that will not go away (401) is one attempt', async () => {
    const times: number[] = [];
    await ask(agentOf([[new APIStatusError('no', { provider: 'mind', status: 401 })]], times));
    expect(times).toEqual([1000]);
  });

  test('the first waits 0.1 s, later ones 2 s; at most 3', async () => {
    const times: number[] = [];
    const result = await ask(agentOf([[new APIConnectionError('lost', { provider: 'mind' })]], times));
    expect(times).toEqual([1000, 1100, 3100, 5100]);
    expect(told(result).at(-1)).toBe('5100 llm connection false');
  });

  test('the next output is waited for 10 s', async () => {
    const result = await ask(agentOf([[{ type: 'text-delta', text: 'well' }, 'stall']]), { tts: [{ text: 'well', audioMs: 300 }] });
    expect(told(result)[0]).toBe('11050 llm timeout false');
  });
});

test('S124: a TTS that is given 0.1 s and no retry is an error then, and the call goes on', async () => {
  const result = await scenario({
    llm: [{ input: 'x', output: 'hi' }],
    agent: new (class extends Agent {
      override ttsNode(request: Parameters<Agent['ttsNode']>[0]): AsyncIterable<TTSEvent> {
        return callStream(request, async function* () {
          yield await never();
        });
      }
    })({ instructions: '' }),
    options: { connectOptions: { tts: { timeoutMs: 100, maxRetries: 0 } } },
    at: { 1000: (session) => void session.generateReply({ userInput: 'x' }) },
    durationMs: 9000,
  });
  // The reply, and the line that was to tell of it.
  expect(told(result)).toEqual(['1450 tts timeout false', '1600 tts timeout true']);
  expect(result.agentStates.at(-1)).toMatch(/listening$/);
});

test('a TTS that breaks off before its first sound is called again, and told as recovered once it is heard', async () => {
  let calls = 0;
  class Shaky extends Agent {
    override async *ttsNode(request: Parameters<Agent['ttsNode']>[0]): AsyncGenerator<TTSEvent> {
      calls += 1;
      if (calls === 1) throw new APIConnectionError('lost', { provider: 'voice' });
      yield* super.ttsNode(request);
    }
  }
  const result = await scenario({
    agent: new Shaky({ instructions: '' }),
    tts: [{ text: 'hi', audioMs: 500 }],
    at: { 1000: (session) => void session.say('hi') },
    durationMs: 9000,
  });
  const news = result.events.flatMap(({ atMs, event }) =>
    event.type === 'error' || event.type === 'recovered' ? [`${atMs} ${event.type}`] : [],
  );
  expect(news).toEqual(['1000 error', '1300 recovered']);
  expect(result.history).toEqual(['assistant: hi']);
});

describe('an agent with nodes of its own', () => {
  const reply: LLMEvent[] = [{ type: 'text-delta', text: 'hello you' }, finish];
  const user = [{ startMs: 500, endMs: 1500, text: 'hello' }];

  test('needs no LLM beside its llmNode', async () => {
    const result = await scenario({
      user,
      agent: agentOf([reply]),
      tts: [{ text: 'hello you', audioMs: 500 }],
      options: { llm: null },
      durationMs: 9000,
    });
    expect(result.history).toEqual(['user: hello', 'assistant: hello you']);
  });

  test('needs no TTS beside its ttsNode', async () => {
    class Speaking extends Agent {
      override async *ttsNode(request: Parameters<Agent['ttsNode']>[0]): AsyncGenerator<TTSEvent> {
        for await (const input of request.text) {
          if (input.type === 'text') continue;
          const frame = { samples: new Int16Array(request.sampleRate / 20), sampleRate: request.sampleRate, channels: 1, atMs: 0 };
          yield { type: 'audio', segmentId: input.segmentId, frame };
          yield { type: 'segment-end', segmentId: input.segmentId };
        }
      }
    }
    const result = await scenario({
      user,
      agent: new Speaking({ instructions: '' }),
      llm: [{ input: 'hello', output: 'hello you' }],
      options: { tts: null },
      durationMs: 9000,
    });
    expect(result.played).toMatchObject([{ playedMs: 50, complete: true }]);
    expect(result.history).toEqual(['user: hello', 'assistant: hello you']);
  });

  test('whose model uses an id of a tool call twice has one output for each call, in one reply and over many', async () => {
    const call: LLMEvent = { type: 'tool-call', callId: 'same', name: 'look', argumentsJson: '{}' };
    const result = await scenario({
      user,
      agent: agentOf([[call, call, finish], [call, finish], reply]),
      tts: [{ text: 'hello you', audioMs: 500 }],
      durationMs: 9000,
    });
    const ids = (type: 'tool-call' | 'tool-output') =>
      result.session.history.items.flatMap((item) => (item.type === type ? [item.callId] : []));
    expect(ids('tool-call')).toEqual(['same', 'same-2', 'same-3']);
    expect(ids('tool-output')).toEqual(['same', 'same-2', 'same-3']);
  });

  test('that answers with a lone emoji has said nothing: it is not remembered, and nobody waits', async () => {
    const result = await scenario({ user, agent: agentOf([[{ type: 'text-delta', text: '👍' }, finish]]), durationMs: 9000 });
    expect(result.history).toEqual(['user: hello']);
    expect(result.played).toEqual([]);
    expect(result.agentStates.at(-1)).toMatch(/listening$/);
  });
});
