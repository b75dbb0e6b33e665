import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import type { ConversationItem } from '../chat/conversation-item.js';
import type { AgentEvent } from '../observe/agent-event.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import type { AudioOutput } from '../provider/audio-output.js';
import type { LLM, LLMEvent, LLMRequest } from '../provider/llm.js';
import { callStream } from '../provider-kit/call-stream.js';
import { AgentSession } from '../session/agent-session.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { NumberedSpeech } from './numbered-speech.js';
import type { RandomAction, RandomCall, RandomReply } from './random-call.js';
import { createScriptedInput } from './scripted-input.js';
import { createScriptedSTT } from './scripted-stt.js';
import { createScriptedVAD } from './scripted-vad.js';
import type { Utterance } from './utterance.js';

/** What came of a random call: enough to check it by. */
export interface PlayedCall {
  readonly events: readonly AgentEvent[];
  readonly history: readonly ConversationItem[];
  readonly heard: readonly string[];
  readonly repeated: readonly string[];
  /** Whether all was quiet some time after the last thing that the call was to bring. */
  readonly cameToRest: boolean;
  /** Speeches of the application's that never settled. */
  readonly unsettled: number;
  readonly pendingTimers: number;
  /** What the application's own calls threw at it. */
  readonly thrown: readonly string[];
}

/** From the last thing that happens to the end of all that it may bring: two replies at their worst. */
const restMs = 120_000;

/** Words that nobody has said before: `w1 w2 w3.` */
function createWords(): (count: number) => string {
  let words = 0;
  return (count) => Array.from({ length: count }, () => `w${(words += 1)}`).join(' ');
}

/** Plays the call on a virtual clock, to its end. Rejects only if the session is broken: nothing in a call is a reason to. */
export async function playRandomCall(call: RandomCall): Promise<PlayedCall> {
  const clock = new VirtualClock();
  const speech = new NumberedSpeech();
  const words = createWords();
  const user = utterancesOf(call);
  const makeOutput = () => speech.createOutput(clock);
  const makeAgent = () => new Quiet({ instructions: 'Be random.', tools: toolsOf(call, clock) });
  const session = createSession({ call, clock, speech, words, user });
  const events: AgentEvent[] = [];
  const observing = (async () => {
    for await (const event of session.events()) events.push(event);
  })();
  const thrown: string[] = [];
  let unsettled = 0;
  const follow = (handle: SpeechHandle) => {
    unsettled += 1;
    const settle = () => void (unsettled -= 1);
    void handle.then(settle, settle);
  };
  for (const action of call.actions) {
    clock.after(action.atMs, () => {
      try {
        act({ session, action, words, makeAgent, makeOutput, follow, own: (promise) => void promise.catch(() => {}) });
      } catch (error) {
        thrown.push(error instanceof Error ? error.message : String(error));
      }
    });
  }
  await clock.runUntil(session.start({ agent: makeAgent(), io: { audioInput: createScriptedInput(user), audioOutput: makeOutput() } }));
  const lastMs = Math.max(1000, user.at(-1)?.endMs ?? 0, ...call.actions.map(({ atMs }) => atMs));
  await clock.advanceTo(lastMs + 5000);
  let cameToRest = false;
  void session.waitForIdle().then(() => (cameToRest = true));
  for (let waitedMs = 0; waitedMs < restMs && !cameToRest; waitedMs += 1000) await clock.advance(1000);
  await clock.runUntil(session.close());
  await clock.runUntil(observing);
  await clock.advance(200);
  const { items } = session.history;
  return {
    events,
    history: items,
    heard: speech.heard,
    repeated: speech.repeated,
    cameToRest,
    unsettled,
    pendingTimers: clock.pendingTimers,
    thrown,
  };
}

function createSession({
  call,
  clock,
  speech,
  words,
  user,
}: {
  readonly call: RandomCall;
  readonly clock: VirtualClock;
  readonly speech: NumberedSpeech;
  readonly words: (count: number) => string;
  readonly user: readonly Utterance[];
}): AgentSession {
  return new AgentSession({
    clock,
    logger: { log: () => {} },
    vad: createScriptedVAD(),
    stt: createScriptedSTT(user),
    llm: createRandomLLM(call.replies, words),
    tts: speech.createTTS(call.speeches),
    ttsTextTransforms: null,
    preemptiveGeneration: call.preemptive,
    falseInterruptionTimeoutMs: call.falseInterruptionTimeoutMs,
    minInterruptionWords: call.minInterruptionWords,
    maxUnrecoverableErrors: 1000,
  });
}

/** Says nothing when a reply fails, so that all that is heard is meant for the history. */
class Quiet extends Agent {
  override onReplyFailed(): string {
    return '';
  }
}

function utterancesOf({ voices }: RandomCall): Utterance[] {
  let atMs = 0;
  return voices.map(({ pauseMs, lengthMs, kind, transcriptDelayMs }, index) => {
    const startMs = atMs + pauseMs;
    atMs = startMs + lengthMs;
    const text = kind === 'noise' ? '' : `u${index}a u${index}b u${index}c`;
    return { startMs, endMs: atMs, text, transcriptDelayMs, final: kind === 'speech' };
  });
}

function toolsOf({ toolsMs }: RandomCall, clock: VirtualClock) {
  let calls = 0;
  const look = tool({
    description: 'Looks.',
    execute: async (_arguments, { signal }) => {
      const ms = toolsMs[calls % Math.max(1, toolsMs.length)] ?? 0;
      calls += 1;
      await sleep(ms, { clock, signal });
      if (ms > 2000) throw new Error('found nothing');
      return 'found';
    },
  });
  return { look };
}

function createRandomLLM(replies: readonly RandomReply[], words: (count: number) => string): LLM {
  let calls = 0;
  return {
    specificationVersion: 1,
    kind: 'llm',
    provider: 'random',
    model: 'random-llm',
    capabilities: { tools: true, parallelToolCalls: true, images: false, audio: false, structuredOutput: false },
    generate: (request) => {
      const reply = replies[calls % replies.length];
      calls += 1;
      return callStream(request, () => answer(request, { reply, words, call: calls }));
    },
  };
}

async function* answer(
  { clock, signal, toolChoice }: LLMRequest,
  { reply, words, call }: { readonly reply: RandomReply | undefined; readonly words: (count: number) => string; readonly call: number },
): AsyncGenerator<LLMEvent, void, void> {
  const { words: count, ttftMs, durationMs, tools, fails } = reply ?? { words: 3, ttftMs: 100, durationMs: 100, tools: 0, fails: 'never' };
  await sleep(ttftMs, { clock, signal });
  if (fails === 'once' && call % 2 === 1) throw new APIConnectionError('lost', { provider: 'random' });
  if (fails === 'for-good') throw new APIStatusError('refused', { provider: 'random', status: 400 });
  if (fails === 'stalls') await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  for (let sentence = 0; sentence < count; sentence += 6) {
    for (const word of words(Math.min(6, count - sentence)).split(' ')) yield { type: 'text-delta', text: `${word} ` };
    if (fails === 'midway' && sentence > 0) throw new APIConnectionError('lost', { provider: 'random' });
    await sleep(durationMs / 10, { clock, signal });
  }
  if (toolChoice !== 'none') {
    for (let index = 0; index < tools; index += 1) yield { type: 'tool-call', callId: `call-${index}`, name: 'look', argumentsJson: '{}' };
  }
  yield { type: 'finish', reason: 'stop' };
}

function act({
  session,
  action,
  words,
  makeAgent,
  makeOutput,
  follow,
  own,
}: {
  readonly session: AgentSession;
  readonly action: RandomAction;
  readonly words: (count: number) => string;
  readonly makeAgent: () => Agent;
  readonly makeOutput: () => AudioOutput;
  readonly follow: (handle: SpeechHandle) => void;
  readonly own: (promise: Promise<void>) => void;
}): void {
  switch (action.type) {
    case 'say':
      return follow(session.say(words(7)));
    case 'say-protected':
      return follow(session.say(words(7), { allowInterruptions: false }));
    case 'reply':
      return follow(session.generateReply({ userInput: `typed${action.atMs}` }));
    case 'interrupt':
      return session.interrupt();
    case 'interrupt-all':
      return session.interrupt({ force: true });
    case 'commit':
      return session.commitUserTurn();
    case 'clear':
      return session.clearUserTurn();
    case 'hand-off':
      return own(session.updateAgent(makeAgent()));
    case 'swap-output':
      return session.updateIO({ audioOutput: makeOutput() });
    case 'close':
      return own(session.close());
    default:
      return action.type satisfies never;
  }
}
