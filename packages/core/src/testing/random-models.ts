import { APIConnectionError, APIError, APIStatusError } from '../provider/api-error.js';
import type { LLM, LLMEvent, LLMRequest } from '../provider/llm.js';
import type { STT, STTEvent } from '../provider/stt.js';
import type { TurnDetector } from '../provider/turn-detector.js';
import { callStream } from '../provider-kit/call-stream.js';
import { Channel } from '../stream/channel.js';
import { sleep } from '../stream/sleep.js';
import type { RandomHearing, RandomReply } from './random-call.js';
import { inTurn, type RandomStage } from './random-stage.js';
import { createScriptedSTT } from './scripted-stt.js';

const provider = 'random';

/** Tools that ask for replies, which call tools, would never come to an end. */
const mostToolCalls = 12;

/** Answers as the call's replies say. Its tools are `tool0`, `tool1` and so on, and one that nobody has. */
export function createRandomLLM(stage: RandomStage): LLM {
  const { replies, tools } = stage.call;
  let calls = 0;
  let toolCalls = 0;
  const nextTool = () => {
    if (toolCalls >= mostToolCalls) return undefined;
    toolCalls += 1;
    return `tool${toolCalls % (tools.length + 1)}`;
  };
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider,
    model: 'random-llm',
    capabilities: { tools: true, parallelToolCalls: true, images: false, audio: false, structuredOutput: false },
    generate: (request) => {
      const reply = inTurn(replies, calls);
      calls += 1;
      const number = calls;
      return callStream(request, async function* (call) {
        await call.open(stage.open(`call ${number} of the LLM`));
        yield* answer(request, { reply, number, nextTool, words: (count) => stage.words(count) });
      });
    },
  };
}

interface Answer {
  readonly reply: RandomReply | undefined;
  readonly number: number;
  readonly nextTool: () => string | undefined;
  readonly words: (count: number) => string;
}

async function* answer(
  { clock, signal, tools: offered, toolChoice }: LLMRequest,
  { reply, number, nextTool, words }: Answer,
): AsyncGenerator<LLMEvent, void, void> {
  const { words: count, ttftMs, durationMs, tools, fails } = reply ?? { words: 3, ttftMs: 100, durationMs: 100, tools: 0, fails: 'never' };
  await sleep(ttftMs, { clock, signal });
  if (fails === 'once' && number % 2 === 1) throw new APIConnectionError('lost', { provider });
  if (fails === 'for-good') throw new APIStatusError('refused', { provider, status: 400 });
  if (fails === 'stalls') await untilAbort(signal);
  for (let sentence = 0; sentence < count; sentence += 6) {
    for (const word of words(Math.min(6, count - sentence)).split(' ')) yield { type: 'text-delta', text: `${word} ` };
    yield { type: 'usage', usage: { outputTokens: 6 } };
    if (fails === 'midway' && sentence > 0) throw new APIConnectionError('lost', { provider });
    await sleep(durationMs / 10, { clock, signal });
  }
  if (toolChoice !== 'none' && offered.length > 0) {
    for (let index = 0; index < tools; index += 1) {
      // A task's own tool ends it.
      const name = offered.some((tool) => tool.name === 'done') && index === 0 ? 'done' : nextTool();
      if (name !== undefined) yield { type: 'tool-call', callId: `call-${index}`, name, argumentsJson: '{}' };
    }
  }
  yield { type: 'finish', reason: 'stop' };
}

const untilAbort = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Hears what it is given of the utterances, for as long as the call's hearings let it. */
export function createRandomSTT(stage: RandomStage): STT {
  const { hearings, options } = stage.call;
  const { turnDetection } = options;
  const isStreaming = options.hasStreamingSTT || turnDetection.startsWith('stt');
  const abilities = turnDetection === 'stt' ? { speechEndDelayMs: 100 } : { turnDetection: turnDetection.startsWith('stt-turns') };
  const scripted = createScriptedSTT(
    stage.utterances.filter(({ text }) => text !== ''),
    turnDetection === 'stt-turns' ? { ...abilities, speechEndDelayMs: 100 } : abilities,
  );
  let calls = 0;
  return {
    ...scripted,
    provider,
    capabilities: { ...scripted.capabilities, streaming: isStreaming, interimTranscripts: isStreaming },
    transcribe: (request) => {
      const hearing = hearings[Math.min(calls, hearings.length - 1)] ?? { fails: 'never', afterMs: 0 };
      calls += 1;
      const number = calls;
      return callStream<STTEvent>(request, async function* (call) {
        await call.open(stage.open(`call ${number} of the STT`));
        const events = new Channel<STTEvent>({ capacity: 1000 });
        const link = { isDead: false, hasInterims: isStreaming };
        const cancel = hearing.fails === 'never' ? () => {} : request.clock.after(hearing.afterMs, () => fail(events, hearing.fails, link));
        await call.open({ [Symbol.dispose]: cancel });
        void forward(scripted.transcribe({ ...request, signal: call.signal }), events, link);
        yield* events;
      });
    },
  };
}

/** One that is dead says nothing any more, and does not end with its input either. */
interface Link {
  isDead: boolean;
  readonly hasInterims: boolean;
}

async function forward(from: AsyncIterable<STTEvent>, events: Channel<STTEvent>, link: Link): Promise<void> {
  for await (const event of from) {
    if (!link.isDead && (link.hasInterims || event.type !== 'transcript-interim')) void events.push(event);
  }
  if (!link.isDead) events.end();
}

function fail(events: Channel<STTEvent>, fails: RandomHearing['fails'], link: Link): void {
  switch (fails) {
    case 'never':
      return undefined;
    case 'breaks':
      return events.fail(new APIConnectionError('lost', { provider }));
    case 'refuses':
      return events.fail(new APIStatusError('refused', { provider, status: 401 }));
    case 'expires':
      return events.fail(new APIError('expired', { kind: 'expired', provider, retryable: true }));
    case 'ends':
      return events.end();
    case 'stalls':
      link.isDead = true;
      return undefined;
    default:
      return fails satisfies never;
  }
}

/** Is asked in the pauses, and answers as the call's predictions say. */
export function createRandomDetector(stage: RandomStage): TurnDetector {
  const { predictions } = stage.call;
  let asked = 0;
  return {
    specificationVersion: 1,
    kind: 'turn-detector',
    provider,
    model: 'random-turn-detector',
    capabilities: { sampleRates: [16_000], languages: ['*'], minSilenceMs: 200 },
    open: ({ clock }) => {
      const opened = stage.open('the turn detector');
      return {
        push: () => {},
        async predict({ signal }) {
          const { isFinished, delayMs, fails } = inTurn(predictions, asked) ?? { isFinished: true, delayMs: 50, fails: false };
          asked += 1;
          await sleep(delayMs, { clock, signal });
          if (fails) throw new APIConnectionError('lost', { provider });
          return { probability: isFinished ? 0.9 : 0.1, threshold: 0.5 };
        },
        reset: () => {},
        async [Symbol.asyncDispose]() {
          opened[Symbol.dispose]();
        },
      };
    },
  };
}
