import { Agent } from '../agent/agent.js';
import { shown } from '../agent/check-options.js';
import { inShort } from '../chat/in-short.js';
import type { AudioOutput } from '../provider/audio-output.js';
import type { CallIO } from '../provider/call-io.js';
import type { Logger } from '../provider/logger.js';
import { AgentSession } from '../session/agent-session.js';
import type { AgentSessionOptions } from '../session/session-options.js';
import { VirtualClock } from '../time/virtual-clock.js';
import type { Tool } from '../tools/tool.js';
import type { RunContext } from '../agent/session.js';
import { checkFields } from '../run/check-fields.js';
import { callTimeline, type TimedEvent } from './call-timeline.js';
import { ScriptProblems } from './script-problems.js';
import { createScriptedInput } from './scripted-input.js';
import { createScriptedLLM, type ScriptedLLMCall, type ScriptedReply } from './scripted-llm.js';
import { createScriptedOutput, type PlayedSegment } from './scripted-output.js';
import { createScriptedSTT, type ScriptedSTTAbilities } from './scripted-stt.js';
import { createScriptedTTS, type ScriptedSpeech, type ScriptedTTSCall } from './scripted-tts.js';
import { createScriptedTurnDetector, type ScriptedDetectorNeeds, type ScriptedPrediction } from './scripted-turn-detector.js';
import { createScriptedVAD } from './scripted-vad.js';
import type { Utterance } from './utterance.js';

export { inShort };

export interface Scenario {
  readonly user?: readonly Utterance[];
  /** What the STT reports beside the words. */
  readonly stt?: ScriptedSTTAbilities;
  /** There is a turn detector, which answers this, in order. */
  readonly detector?: ScriptedDetectorNeeds & { readonly predictions: readonly ScriptedPrediction[] };
  readonly llm?: readonly ScriptedReply[];
  readonly tts?: readonly ScriptedSpeech[];
  readonly tools?: Readonly<Record<string, Tool<RunContext>>>;
  /** In place of the plain one. */
  readonly agent?: Agent;
  readonly options?: AgentSessionOptions;
  /** Where something of the script needs the clock before the call: one at 0. */
  readonly clock?: VirtualClock;
  /** The loudspeaker; one that plays in the clock's time by default. */
  readonly output?: (clock: VirtualClock) => AudioOutput;
  /** Ends of the call beside the scripted caller and loudspeaker, or in their place. */
  readonly io?: CallIO;
  /** How long the call lasts, on the virtual clock. */
  readonly durationMs: number;
  /** Done at these times, on the virtual clock. */
  readonly at?: Readonly<Record<number, (session: AgentSession, clock: VirtualClock) => void | Promise<void>>>;
}

export interface ScenarioResult {
  readonly session: AgentSession;
  readonly clock: VirtualClock;
  /** All of the session's events, with the time at which each was emitted: `createdAt` is when it happened. */
  readonly events: readonly TimedEvent[];
  readonly played: readonly PlayedSegment[];
  /** What the scripted LLM and TTS were asked, in order. */
  readonly llmCalls: readonly ScriptedLLMCall[];
  readonly ttsCalls: readonly ScriptedTTSCall[];
  /** What the turn detector was asked, as `2700 hello there`. */
  readonly predictions: readonly string[];
  /** The history in short: `user: text`, `assistant!: text` if interrupted, `call: name arguments`, `output: text`. */
  readonly history: readonly string[];
  /** Agent states after `initializing`, as `3000 thinking`; with those of the user as `550 user speaking`. */
  readonly agentStates: readonly string[];
  readonly userStates: readonly string[];
  /** The whole call in lines, to be read when an assertion fails. */
  readonly timeline: string;
}

/** Failures are events of the result: nothing is logged. */
const quietly = (clock: VirtualClock): { readonly clock: VirtualClock; readonly logger: Logger } => ({ clock, logger: { log: () => {} } });

/**
 * Plays a scripted call on a virtual clock, to the end, and closes it.
 *
 * @example
 * ```ts
 * const { history, played } = await scenario({
 *   user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
 *   llm: [{ input: 'hello', output: 'hi there' }],
 *   tts: [{ text: 'hi there', audioMs: 2000 }],
 *   durationMs: 6000,
 * });
 * ```
 * @throws {Error} The call did not go as scripted (a step unused, or one unexpected): lists the call by its times; or it left a timer behind.
 */
export async function scenario(script: Scenario): Promise<ScenarioResult> {
  checkScript(script);
  const clock = script.clock ?? new VirtualClock();
  const problems = new ScriptProblems();
  const {
    user = [],
    llm: replies = [],
    tts: speeches = [],
    tools = {},
    agent = new Agent({ instructions: 'Be scripted.', tools }),
  } = script;
  const llm = createScriptedLLM(replies, problems);
  const tts = createScriptedTTS(speeches, problems);
  const audioOutput = createScriptedOutput(clock, script.output?.(clock));
  const detector = createScriptedTurnDetector(script.detector?.predictions ?? [], problems, script.detector);
  const session = new AgentSession({
    vad: createScriptedVAD(),
    stt: createScriptedSTT(user, script.stt),
    llm,
    tts,
    ...quietly(clock),
    ...(script.detector === undefined ? {} : { turnDetection: detector }),
    ...script.options,
  });
  const { events, observing } = observe(session, clock);
  const acting: Promise<void>[] = [];
  for (const [atMs, act] of Object.entries(script.at ?? {}))
    clock.after(Number(atMs), () => acting.push(Promise.resolve(act(session, clock))));
  await clock.runUntil(session.start({ agent, io: { audioInput: createScriptedInput(user), audioOutput, ...script.io } }));
  await clock.advanceTo(script.durationMs);
  const history = session.history.items.filter((item) => item.type !== 'agent-handoff').map(inShort);
  await clock.runUntil(session.close());
  await Promise.all([observing, ...acting]);
  for (const scripted of [llm, tts, detector]) scripted.assertAllUsed();
  problems.assertNone((found) => callTimeline(events, found));
  clock.assertIdle();
  return {
    session,
    clock,
    events,
    played: audioOutput.played,
    llmCalls: llm.calls,
    ttsCalls: tts.calls,
    predictions: detector.asked,
    history,
    agentStates: agentStates(events),
    userStates: userStates(events),
    timeline: callTimeline(events),
  };
}

const scriptFields: Readonly<Record<keyof Scenario, true>> = {
  user: true,
  stt: true,
  detector: true,
  llm: true,
  tts: true,
  tools: true,
  agent: true,
  options: true,
  clock: true,
  output: true,
  io: true,
  durationMs: true,
  at: true,
};

/** @throws {TypeError} The script has a field that there is not, or says no length of the call. */
function checkScript(script: Scenario): void {
  checkFields('scenario', script, Object.keys(scriptFields));
  const { durationMs } = script;
  if (!Number.isFinite(durationMs) || durationMs < 0)
    throw new TypeError(`scenario: "durationMs" is ${shown(durationMs)}; it must be the length of the call, in milliseconds`);
  for (const atMs of Object.keys(script.at ?? {}))
    if (!(Number(atMs) >= 0)) throw new TypeError(`scenario: "at" has "${atMs}"; it must be milliseconds from the start of the call`);
}

type Timed = ScenarioResult['events'];

/** Takes down the session's events, to its end. */
function observe(session: AgentSession, clock: VirtualClock): { readonly events: Timed; readonly observing: Promise<void> } {
  const events: TimedEvent[] = [];
  const observing = (async () => {
    for await (const event of session.events()) events.push({ atMs: clock.now(), event });
  })();
  return { events, observing };
}

const agentStates = (events: Timed): string[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'agent-state-changed' ? [`${atMs} ${event.newState}`] : []));
const userStates = (events: Timed): string[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'user-state-changed' ? [`${atMs} ${event.newState}`] : []));
