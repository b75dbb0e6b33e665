import { callStream } from '../provider-kit/call-stream.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { ContentPart } from '../provider/content-part.js';
import type { LLM, LLMEvent, LLMRequest } from '../provider/llm.js';
import type { ToolChoice } from '../provider/tool-specification.js';
import { sleep } from '../stream/sleep.js';
import { checkScripted, expectedOneOf, type ScriptProblems } from './script-problems.js';

export interface ScriptedReply {
  /** What it answers: the last user or instruction text, or the last tool output. Of several for one input each is used once, in order; the last again. */
  readonly input: string;
  readonly output?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly argumentsJson?: string; readonly callId?: string }[];
  /** To the first text: 100 by default. It comes in pieces of three characters, all at once. */
  readonly ttftMs?: number;
  /** To the end, when tool calls come: 300 by default. */
  readonly durationMs?: number;
  /** Between one piece and the next: 0 by default. They must fit in before the end. */
  readonly pieceIntervalMs?: number;
  /** Reported as soon as the call is made, and at the end. */
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  /** Fails at the end in place of finishing. */
  readonly error?: Error;
}

export interface ScriptedLLM extends LLM {
  /** In the order in which they were made. */
  readonly calls: readonly ScriptedLLMCall[];
  assertAllUsed(): void;
}

/** A call of the scripted LLM. */
export interface ScriptedLLMCall {
  readonly atMs: number;
  readonly input: string;
  /** Names of the tools it may call. */
  readonly tools: readonly string[];
  readonly toolChoice: ToolChoice;
  /** All that it was told by the system, instructions first. */
  readonly system: readonly string[];
  /** When it was aborted; absent if it was not. */
  abortedMs?: number;
}

const fields: Readonly<Record<keyof ScriptedReply, true>> = {
  input: true,
  output: true,
  toolCalls: true,
  ttftMs: true,
  durationMs: true,
  pieceIntervalMs: true,
  inputTokens: true,
  outputTokens: true,
  error: true,
};

/** An LLM that says what it was told to say. Strict: an input without a reply, and a reply never asked for, are problems. */
export function createScriptedLLM(replies: readonly ScriptedReply[], problems: ScriptProblems): ScriptedLLM {
  checkScripted('createScriptedLLM', { entries: replies, problems, known: Object.keys(fields) });
  const used = new Set<ScriptedReply>();
  const calls: ScriptedLLMCall[] = [];
  let toolCalls = 0;
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'scripted',
    model: 'scripted-llm',
    capabilities: { tools: true, parallelToolCalls: true, images: true, audio: false, structuredOutput: false },
    calls,
    generate: (request) =>
      callStream(request, async function* (): AsyncGenerator<LLMEvent, void, void> {
        const input = lastInput(request.chat);
        calls.push(observed(request, input));
        const reply = nextReply(replies, { input, used });
        if (reply === undefined) {
          problems.add(unforeseen(input, replies), request.clock.now());
          yield { type: 'finish', reason: 'stop' };
          return;
        }
        used.add(reply);
        const { output = '', toolCalls: wanted = [], ttftMs = 100, durationMs = 300, error } = reply;
        const { pieceIntervalMs = 0, inputTokens, outputTokens } = reply;
        const wait = (ms: number) => sleep(ms, { clock: request.clock, signal: request.signal });
        if (inputTokens !== undefined) yield { type: 'usage', usage: { inputTokens } };
        await wait(ttftMs);
        let spentMs = ttftMs;
        for (const [index, text] of (output.match(/[^]{1,3}/g) ?? []).entries()) {
          if (index > 0 && pieceIntervalMs > 0) {
            await wait(pieceIntervalMs);
            spentMs += pieceIntervalMs;
          }
          yield { type: 'text-delta', text };
        }
        await wait(Math.max(0, durationMs - spentMs));
        if (error !== undefined) throw error;
        for (const { name, argumentsJson = '{}', callId } of wanted) {
          toolCalls += 1;
          yield { type: 'tool-call', callId: callId ?? `call-${toolCalls}`, name, argumentsJson };
        }
        if (outputTokens !== undefined) yield { type: 'usage', usage: { outputTokens } };
        yield { type: 'finish', reason: wanted.length > 0 ? 'tool-calls' : 'stop' };
      }),
    assertAllUsed() {
      for (const reply of replies) if (!used.has(reply)) problems.add(`the LLM was never asked ${JSON.stringify(reply.input)}`);
    },
  };
}

const unforeseen = (input: string, replies: readonly ScriptedReply[]): string =>
  `the LLM was asked ${JSON.stringify(input)}, for which no reply is scripted; ${expectedOneOf(replies.map((reply) => reply.input))}`;

function nextReply(
  replies: readonly ScriptedReply[],
  { input, used }: { readonly input: string; readonly used: ReadonlySet<ScriptedReply> },
): ScriptedReply | undefined {
  const fitting = replies.filter((candidate) => candidate.input === input);
  return fitting.find((candidate) => !used.has(candidate)) ?? fitting.at(-1);
}

function observed(request: LLMRequest, input: string): ScriptedLLMCall {
  const { clock, chat, tools, toolChoice, signal } = request;
  const system = chat.flatMap((item) => (item.type === 'message' && item.role === 'system' ? [textIn(item.content)] : []));
  const call: ScriptedLLMCall = { atMs: clock.now(), input, tools: tools.map(({ name }) => name), toolChoice, system };
  const onAbort = () => {
    call.abortedMs ??= clock.now();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  return call;
}

const textIn = (content: readonly ContentPart[]): string => content.map((part) => (part.type === 'text' ? part.text : '')).join('');

function lastInput(chat: readonly ChatItem[]): string {
  const last = chat.findLast(
    (item) => item.type === 'tool-output' || (item.type === 'message' && item.role !== 'assistant' && item.id !== 'instructions'),
  );
  return last?.type === 'message' || last?.type === 'tool-output' ? textIn(last.content) : '';
}
