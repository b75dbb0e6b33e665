import type { ConversationItem } from '../chat/conversation-item.js';
import type { AgentEvent, AgentState, UserState } from '../observe/agent-event.js';
import { AgentSession } from '../session/agent-session.js';
import type { AgentSessionOptions } from '../session/session-options.js';
import { createActions } from './random-actions.js';
import { createRandomCast } from './random-agents.js';
import type { RandomCall } from './random-call.js';
import { RandomCaller } from './random-caller.js';
import { createRandomDetector, createRandomLLM, createRandomSTT } from './random-models.js';
import { RandomStage } from './random-stage.js';
import type { VirtualClock } from '../time/virtual-clock.js';
import { createScriptedVAD } from './scripted-vad.js';

/** What came of a random call: enough to check it by. */
export interface PlayedCall {
  readonly call: RandomCall;
  readonly events: readonly AgentEvent[];
  readonly history: readonly ConversationItem[];
  readonly heard: readonly string[];
  readonly repeated: readonly string[];
  /** The states in which all was quiet some time after the last thing that the call was to bring; undefined: it never was. */
  readonly atRest: { readonly agentState: AgentState; readonly userState: UserState; readonly isClosed: boolean } | undefined;
  /** Events that were told before the time that they tell of. */
  readonly premature: readonly string[];
  /** Hooks that ran, in order, as `enter agent-1`. */
  readonly hooks: readonly string[];
  /** What never settled or was never closed. */
  readonly leftovers: readonly string[];
  readonly pendingTimers: number;
  /** What the application's own calls threw at it. */
  readonly thrown: readonly string[];
  /** Rejections that nobody handled. */
  readonly unhandled: readonly string[];
}

/** From the end of a voice until all is known of it: the VAD's silence and the slowest transcript. */
const lastWordsMs = 2200;
/**
 * From the last thing that happens to the end of all that it may bring: twelve tool calls, each with four reports that are answered one after another,
 * each by two speeches that break off after three attempts of a voice (5.5 s). No more than its virtual time is spent by one that takes it.
 */
const restMs = 900_000;

/** Plays the call on a virtual clock, to its end. Rejects only if the session is broken: nothing in a call is a reason to. */
export async function playRandomCall(call: RandomCall): Promise<PlayedCall> {
  const unhandled: string[] = [];
  const onUnhandled = (reason: unknown) => void unhandled.push(String(reason));
  process.on('unhandledRejection', onUnhandled);
  try {
    return { ...(await play(new RandomStage(call))), unhandled };
  } finally {
    process.off('unhandledRejection', onUnhandled);
  }
}

async function play(stage: RandomStage): Promise<Omit<PlayedCall, 'unhandled'>> {
  const { call, clock, speech, hooks, thrown } = stage;
  const caller = new RandomCaller(stage);
  const cast = createRandomCast(stage);
  const session = new AgentSession(optionsOf(stage));
  const account = observe(session, clock);
  const act = createActions({ stage, session, caller, cast });
  for (const { atMs, type } of call.actions) clock.after(atMs, () => act(type));
  const io = { audioInput: caller.createInput(), audioOutput: speech.createOutput(clock), textInput: caller.textInput };
  await clock.runUntil(session.start({ agent: cast.agent(), io }));
  const lastMs = Math.max(1000, stage.utterances.at(-1)?.endMs ?? 0, ...call.actions.map(({ atMs }) => atMs));
  await clock.advanceTo(lastMs + lastWordsMs);
  let atRest: PlayedCall['atRest'];
  void statesAtRest(session, call).then((states) => {
    atRest = { ...states, isClosed: account.isClosed };
  });
  for (let waitedMs = 0; waitedMs < restMs && atRest === undefined; waitedMs += 500) {
    // Nobody else does, where the application has to.
    if (call.options.turnDetection === 'manual') act('commit');
    await clock.advance(500);
  }
  // Closing settles whoever still waits.
  const rest = atRest;
  await clock.runUntil(session.close());
  await clock.runUntil(account.ended);
  // Hooks and tools that take no notice of the end have one of their own.
  await clock.advance(10_000);
  return {
    call,
    events: account.events,
    premature: account.premature,
    history: session.history.items,
    heard: speech.heard,
    repeated: speech.repeated,
    atRest: rest,
    hooks,
    leftovers: stage.leftovers,
    pendingTimers: clock.pendingTimers,
    thrown,
  };
}

/** No call has more reports at one moment. */
const mostReports = 20;

/** Tools in the background are not waited for: a report may begin a reply in the very moment in which all else has come to rest. */
async function statesAtRest(session: AgentSession, { tools }: RandomCall): Promise<Pick<AgentSession, 'agentState' | 'userState'>> {
  const mostWaits = tools.some(({ background }) => background) ? mostReports : 1;
  for (let waits = 0; waits < mostWaits; waits += 1) {
    await session.waitForIdle();
    if (session.agentState !== 'thinking') break;
  }
  const { agentState, userState } = session;
  return { agentState, userState };
}

/** Times are sums of fractions: an event may be so much too early. */
const toleranceMs = 0.01;

function observe(session: AgentSession, clock: VirtualClock) {
  const events: AgentEvent[] = [];
  const premature: string[] = [];
  const account = { events, premature, isClosed: false, ended: Promise.resolve() };
  session.once('close', () => {
    account.isClosed = true;
  });
  account.ended = (async () => {
    for await (const event of session.events()) {
      events.push(event);
      const { type } = event;
      const atMs = type === 'conversation-item-added' ? Math.max(event.createdAt, event.item.createdAtMs) : event.createdAt;
      if (atMs > clock.now() + toleranceMs) premature.push(`${type} of ${atMs} at ${clock.now()}`);
    }
  })();
  return account;
}

function optionsOf(stage: RandomStage): AgentSessionOptions {
  const { call, clock, speech } = stage;
  const { turnDetection, hasStreamingSTT: _hasStreamingSTT, preemptive, userTurnWords, resumeFalseInterruption, ...options } = call.options;
  return {
    ...options,
    // Where none is ever found, there is nothing to resume after.
    ...(options.falseInterruptionTimeoutMs === null ? {} : { resumeFalseInterruption }),
    clock,
    logger: { log: () => {} },
    vad: turnDetection === 'stt' || turnDetection === 'stt-turns' ? null : createScriptedVAD(),
    stt: createRandomSTT(stage),
    llm: createRandomLLM(stage),
    tts: speech.createTTS(call.speeches, (what) => stage.open(what)),
    turnDetection: detectionOf(stage),
    ttsTextTransforms: null,
    preemptiveGeneration: preemptive === 'tts' ? { tts: true } : preemptive,
    userTurnLimit: userTurnWords === null ? null : { words: userTurnWords },
    maxUnrecoverableErrors: 1000,
  };
}

function detectionOf(stage: RandomStage): AgentSessionOptions['turnDetection'] {
  const { turnDetection } = stage.call.options;
  if (turnDetection === 'detector') return createRandomDetector(stage);
  return turnDetection.startsWith('stt') ? 'stt' : turnDetection === 'manual' ? 'manual' : 'vad';
}
