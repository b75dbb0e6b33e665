import { callStream } from '../provider-kit/call-stream.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { LLM, LLMEvent } from '../provider/llm.js';
import { sleep } from '../stream/sleep.js';
import type { ScriptProblems } from './script-problems.js';

export interface ScriptedReply {
  /** What it answers: the last user or instruction text, or the last tool output. */
  readonly input: string;
  readonly output?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly argumentsJson?: string; readonly callId?: string }[];
  /** To the first text: 100 by default. It comes in pieces of three characters, all at once. */
  readonly ttftMs?: number;
  /** To the end, when tool calls come: 300 by default. */
  readonly durationMs?: number;
  /** Fails at the end in place of finishing. */
  readonly error?: Error;
}

/** An LLM that says what it was told to say. Strict: an input without a reply, and a reply never asked for, are problems. */
export function createScriptedLLM(replies: readonly ScriptedReply[], problems: ScriptProblems): LLM & { assertAllUsed(): void } {
  const used = new Set<ScriptedReply>();
  let calls = 0;
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'scripted',
    model: 'scripted-llm',
    capabilities: { tools: true, parallelToolCalls: true, images: true, audio: false, structuredOutput: false },
    generate: (request) =>
      callStream(request, async function* (): AsyncGenerator<LLMEvent, void, void> {
        const input = lastInput(request.chat);
        const reply = replies.find((candidate) => candidate.input === input);
        if (reply === undefined) {
          problems.add(`the LLM was asked ${JSON.stringify(input)}, for which no reply is scripted`);
          yield { type: 'finish', reason: 'stop' };
          return;
        }
        used.add(reply);
        const { output = '', toolCalls = [], ttftMs = 100, durationMs = 300, error } = reply;
        const wait = (ms: number) => sleep(ms, { clock: request.clock, signal: request.signal });
        await wait(ttftMs);
        for (const text of output.match(/[^]{1,3}/g) ?? []) yield { type: 'text-delta', text };
        await wait(durationMs - ttftMs);
        if (error !== undefined) throw error;
        for (const { name, argumentsJson = '{}', callId } of toolCalls) {
          calls += 1;
          yield { type: 'tool-call', callId: callId ?? `call-${calls}`, name, argumentsJson };
        }
        yield { type: 'finish', reason: toolCalls.length > 0 ? 'tool-calls' : 'stop' };
      }),
    assertAllUsed() {
      for (const reply of replies) if (!used.has(reply)) problems.add(`the LLM was never asked ${JSON.stringify(reply.input)}`);
    },
  };
}

function lastInput(chat: readonly ChatItem[]): string {
  const last = chat.findLast(
    (item) => item.type === 'tool-output' || (item.type === 'message' && item.role !== 'assistant' && item.id !== 'instructions'),
  );
  const content = last?.type === 'message' || last?.type === 'tool-output' ? last.content : [];
  return content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
