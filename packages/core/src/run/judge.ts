import { APIError } from '../provider/api-error.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { Clock } from '../provider/clock.js';
import type { LLM, LLMRequest } from '../provider/llm.js';
import { defaultConnectOptions } from '../stream/connect-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import { generate } from '../thinking/generate.js';
import { realClock } from '../time/real-clock.js';

/** What a judge finds: `score` is 1, 0.5 or 0. */
export interface Judgement {
  readonly verdict: 'pass' | 'maybe' | 'fail';
  readonly score: number;
  readonly reason: string;
}

export interface JudgeOptions {
  /** What the text is meant to do, as one would tell a person: "asks for the date, and promises nothing". */
  readonly intent: string;
  /** What is judged. */
  readonly text: string;
  /** What it answers. */
  readonly userInput?: string | null | undefined;
  /** Default: the machine's. */
  readonly clock?: Clock | null | undefined;
}

const scores = { pass: 1, maybe: 0.5, fail: 0 } as const;
const tool = {
  name: 'verdict',
  description: 'Tells the verdict.',
  parameters: {
    type: 'object',
    properties: {
      reason: { type: 'string', description: 'Why, in one sentence.' },
      verdict: { type: 'string', enum: ['pass', 'maybe', 'fail'] },
    },
    required: ['reason', 'verdict'],
    additionalProperties: false,
  },
} as const;
const instructions =
  'You judge what a voice agent said. Call "verdict" with "pass" if it does what is meant, "fail" if it does not, and "maybe" only if that ' +
  'cannot be told. Judge the meaning, not the wording.';
const replyDeadlineMs = 30_000;
let judged = 0;

/**
 * Has an LLM judge a text against an intent, by a tool that it is made to call. Of use in tests, and on recorded conversations.
 *
 * @throws {APIError} The LLM failed, or gave no verdict, within 30 s.
 * @throws {TypeError} The LLM calls no tools.
 */
export async function judge(llm: LLM, { intent, text, userInput, clock: given }: JudgeOptions): Promise<Judgement> {
  const clock = given ?? realClock;
  if (!llm.capabilities.tools) throw new TypeError(`judge: ${llm.provider}/${llm.model} calls no tools; give an LLM that does`);
  judged += 1;
  const asked = typeof userInput !== 'string' ? '' : `The user said:\n${userInput}\n\n`;
  using link = linkSignals();
  const request: LLMRequest = {
    signal: link.signal,
    clock,
    logger: { log: () => {} },
    sessionId: 'judge',
    callId: `judge-call-${judged}`,
    chat: [
      message('instructions', 'system', instructions),
      message('case', 'user', `${asked}The agent said:\n${text}\n\nWhat is meant:\n${intent}`),
    ],
    tools: [tool],
    toolChoice: { name: tool.name },
  };
  let verdict: string | undefined;
  await generate({
    generate: (made) => llm.generate(made),
    request,
    provider: llm.provider,
    connect: defaultConnectOptions,
    replyDeadlineMs,
    onRetry: () => {},
    onRecovered: () => {},
    onFault: () => {},
    onEvent: (event) => {
      if (event.type !== 'tool-call' || event.name !== tool.name) return;
      verdict ??= event.argumentsJson;
      // Nothing else is wanted of it.
      link.abort();
    },
  });
  if (verdict === undefined) throw noVerdict(llm, 'called no tool where it was made to');
  return readJudgement(verdict, llm);
}

function readJudgement(argumentsJson: string, llm: LLM): Judgement {
  let given: unknown;
  try {
    given = JSON.parse(argumentsJson);
  } catch {
    throw noVerdict(llm, 'wrote no valid JSON');
  }
  const verdict: unknown = Reflect.get(Object(given), 'verdict');
  const reason: unknown = Reflect.get(Object(given), 'reason');
  if (verdict !== 'pass' && verdict !== 'maybe' && verdict !== 'fail') throw noVerdict(llm, 'gave a verdict that is none');
  return { verdict, score: scores[verdict], reason: typeof reason === 'string' ? reason : '' };
}

const noVerdict = (llm: LLM, what: string): APIError =>
  new APIError(`as a judge, the model ${what}`, { kind: 'protocol', provider: llm.provider, retryable: false });

const message = (id: string, role: 'system' | 'user', text: string): ChatItem => ({
  type: 'message',
  role,
  id,
  createdAtMs: 0,
  content: [{ type: 'text', text }],
});
