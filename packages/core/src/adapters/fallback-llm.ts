import { APIError } from '../provider/api-error.js';
import type { CallOptions } from '../provider/call-options.js';
import type { LLM, LLMEvent, LLMRequest } from '../provider/llm.js';
import { noAnswer } from '../stream/no-answer.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { type FallbackAvailability, FallbackLine } from './fallback-line.js';
import { withFirstOutput } from './first-output.js';

export interface FallbackLLMOptions {
  /** In order of preference, two or more. The adapter closes them with itself. */
  readonly models: readonly LLM[];
  /** For the first text or tool call of one model, before the next is tried. Default 2,500: the session gives all of them 3,000 together. */
  readonly firstOutputMs?: number | null | undefined;
}

export type FallbackLLM = LLM & FallbackAvailability;

/**
 * One LLM made of several: each call goes to the first that works, and to the next if that fails before it has said anything. One that
 * failed is asked again by a small call of its own (at once, and with each later call), and used again when that was answered. What the
 * adapter can do is what all of them can.
 *
 * @throws {TypeError} There are fewer than two models.
 */
export function createFallbackLLM({ models, firstOutputMs }: FallbackLLMOptions): FallbackLLM {
  const line = new FallbackLine('createFallbackLLM', models, probe);
  const all = (capability: keyof LLM['capabilities']) => models.every(({ capabilities }) => capabilities[capability]);
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'fallback',
    model: line.name,
    capabilities: {
      tools: all('tools'),
      parallelToolCalls: all('parallelToolCalls'),
      images: all('images'),
      audio: all('audio'),
      structuredOutput: all('structuredOutput'),
    },
    generate: (request) => generate(line, request, firstOutputMs ?? 2500),
    prewarm: (options) => line.prewarm(options),
    close: () => line.close(),
    get availability() {
      return line.availability;
    },
    onAvailabilityChanged: (listener) => line.onAvailabilityChanged(listener),
  };
}

const isOutput = ({ type }: LLMEvent): boolean => type === 'text-delta' || type === 'tool-call' || type === 'finish';

async function* generate(line: FallbackLine<LLM>, request: LLMRequest, limitMs: number): AsyncGenerator<LLMEvent, void, void> {
  const failures: unknown[] = [];
  for (const model of line.begin(request)) {
    let hasDelivered = false;
    try {
      for await (const event of attempt(model, request, limitMs)) {
        hasDelivered ||= isOutput(event);
        yield signed(event, model);
      }
      if (!request.signal.aborted) line.worked(model, request);
      return;
    } catch (error) {
      if (request.signal.aborted) return;
      line.failed(model, request);
      // What was said cannot be taken back.
      if (hasDelivered) throw error;
      failures.push(error);
    }
  }
  throw line.exhausted(failures);
}

async function* attempt(model: LLM, request: LLMRequest, limitMs: number): AsyncGenerator<LLMEvent, void, void> {
  const { provider } = model;
  let hasFinished = false;
  const start = (signal: AbortSignal, { begin }: { readonly begin: () => void }) => {
    begin();
    return model.generate({ ...request, signal });
  };
  let hasSaid = false;
  for await (const event of withFirstOutput(request, { provider, limitMs, start, isOutput })) {
    hasFinished ||= event.type === 'finish';
    hasSaid ||= event.type === 'text-delta' || event.type === 'tool-call';
    const failure = event.type === 'finish' && !hasSaid ? noAnswer(event.reason, provider) : undefined;
    if (failure !== undefined) throw failure;
    yield event;
  }
  if (hasFinished || request.signal.aborted) return;
  throw new APIError('the stream ended without a finish', { kind: 'protocol', provider, retryable: true });
}

/** A receipt names who did the work. */
const signed = (event: LLMEvent, { provider, model }: LLM): LLMEvent =>
  event.type === 'usage' || event.type === 'response-metadata' ? { provider, model, ...event } : event;

async function probe(model: LLM, call: CallOptions): Promise<void> {
  const content = [{ type: 'text', text: 'Answer with one word.' }] as const;
  const chat = [{ type: 'message', role: 'user', id: 'probe', createdAtMs: 0, content }] as const;
  for await (const event of readUntilAbort(model.generate({ ...call, chat, tools: [], toolChoice: 'auto' }), call))
    if (isOutput(event)) return;
  throw new Error('a probe was not answered');
}
