import { checkOptions, optionChecks } from '../agent/check-options.js';
import type { Agent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import { sampleWhileSpeaking, type VideoSampler } from '../agent/video-sampler.js';
import type { RunContext } from '../agent/session.js';
import type { Clock } from '../provider/clock.js';
import type { LLM } from '../provider/llm.js';
import type { Logger } from '../provider/logger.js';
import type { STT } from '../provider/stt.js';
import type { Toolset } from '../provider/toolset.js';
import type { TTS } from '../provider/tts.js';
import type { TurnDetector } from '../provider/turn-detector.js';
import type { VAD } from '../provider/vad.js';
import type { NamedModels } from './named-models.js';
import { defaultTextTransforms, type TextTransform } from '../speaking/text-transform.js';
import { type ConnectOptions, defaultConnectOptions } from '../stream/connect-options.js';
import type { ToolsInput } from '../tools/tool-list.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { interruptionOptions } from './interruption-options.js';
import { checkTurnMode, hasSTTNode, isDetector, orOff, turnEndOptions } from './turn-end-options.js';

/** Options of a session; an agent's override those of `OverridableOptions`. Times in milliseconds. */
export interface AgentSessionOptions<UserData = unknown> extends OverridableOptions {
  /** Beside the agent's own, whoever that is. */
  readonly tools?: ToolsInput<RunContext> | undefined;
  readonly userData?: UserData;
  /** The only source of time. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Default: warnings and errors as JSON lines to standard error. */
  readonly logger?: Logger | undefined;
}

/** The options in force: defaults, the session's, and the present agent's over them. */
export interface ResolvedOptions {
  readonly stt: STT | undefined;
  readonly vad: VAD | undefined;
  readonly llm: LLM | undefined;
  readonly tts: TTS | undefined;
  /** Who is asked in a pause whether the user has finished. */
  readonly detector: TurnDetector | undefined;
  readonly turn: TurnOptions;
  readonly mcpServers: readonly Toolset[];
  readonly allowInterruptions: boolean;
  readonly maxToolSteps: number;
  readonly closeTranscriptTimeoutMs: number;
  readonly preemptiveTts: boolean;
  readonly textTransforms: readonly TextTransform[];
  readonly videoSampler: VideoSampler | null;
  readonly usesWordTimings: boolean;
  readonly connect: { readonly [Kind in ConnectKind]: ConnectOptions };
  readonly replyDeadlineMs: number;
  readonly maxUnrecoverableErrors: number;
  readonly hookTimeoutMs: number;
  readonly maxAheadMs: number;
}

type ConnectKind = 'stt' | 'llm' | 'tts';

const { isFunction, isObject } = optionChecks;
const anything = () => undefined;

const sessionChecks: Readonly<
  Record<Exclude<keyof AgentSessionOptions, keyof OverridableOptions>, (value: unknown) => string | undefined>
> = {
  tools: isObject,
  userData: anything,
  clock: (value) => isFunction(Reflect.get(Object(value), 'after')) && 'a Clock',
  logger: (value) => isFunction(Reflect.get(Object(value), 'log')) && 'a Logger',
};

/** @throws {TypeError} An option is unknown, or its value is not one it can have, or two contradict each other: names them. */
export function checkSessionOptions(options: AgentSessionOptions): void {
  checkOptions('AgentSession', options, sessionChecks);
  if (options.turnDetection === 'vad' && options.vad === null) {
    throw new TypeError('AgentSession: option "turnDetection" is "vad", but option "vad" is null; give a VAD or choose "stt" or "manual"');
  }
  if (options.turnDetection === 'stt' && options.stt === null) {
    throw new TypeError('AgentSession: option "turnDetection" is "stt", but option "stt" is null; give an STT or choose "vad" or "manual"');
  }
}

/**
 * An agent's value beats the session's; `undefined` inherits, `null` turns off.
 *
 * @param source `own`: in place of the agent's own options. `models`: what is named by strings, made before.
 */
export function resolveOptions(
  session: AgentSessionOptions,
  agent: Agent | undefined,
  source: { readonly models: NamedModels; readonly own?: OverridableOptions },
): ResolvedOptions {
  const { models, own = agent?.options ?? {} } = source;
  const pick = <Name extends keyof OverridableOptions>(name: Name): OverridableOptions[Name] =>
    own[name] === undefined ? session[name] : own[name];
  const vad = models.resolve('vad', pick('vad'));
  const stt = models.resolve('stt', pick('stt'));
  const detection = pick('turnDetection');
  const ears = { vad, stt, hasSTT: stt !== undefined || hasSTTNode(agent) };
  const preemptive = pick('preemptiveGeneration');
  const textTransforms = pick('ttsTextTransforms');
  const videoSampler = pick('videoSampler');
  return {
    stt,
    vad,
    llm: models.resolve('llm', pick('llm')),
    tts: models.resolve('tts', pick('tts')),
    mcpServers: pick('mcpServers') ?? [],
    allowInterruptions: orOff(pick('allowInterruptions'), { absent: true, off: false }),
    maxToolSteps: pick('maxToolSteps') ?? 3,
    closeTranscriptTimeoutMs: orOff(pick('closeTranscriptTimeoutMs'), { absent: 2000, off: 0 }),
    detector: isDetector(detection) ? detection : undefined,
    preemptiveTts: typeof preemptive === 'object' && preemptive?.tts === true,
    usesWordTimings: orOff(pick('useTtsAlignedTranscript'), { absent: true, off: false }),
    textTransforms: textTransforms === undefined ? defaultTextTransforms : (textTransforms ?? []),
    videoSampler: videoSampler === undefined ? sampleWhileSpeaking : videoSampler,
    connect: { stt: connectFor('stt', [own, session]), llm: connectFor('llm', [own, session]), tts: connectFor('tts', [own, session]) },
    replyDeadlineMs: pick('replyDeadlineMs') ?? 8000,
    maxUnrecoverableErrors: pick('maxUnrecoverableErrors') ?? 3,
    hookTimeoutMs: pick('hookTimeoutMs') ?? 10_000,
    maxAheadMs: pick('maxAheadMs') ?? 5000,
    turn: { ...turnEndOptions(pick, ears), ...interruptionOptions(pick) },
  };
}

/** @throws {TypeError} What is there for this agent cannot work together; says what is missing. */
export function checkTogether({ stt, vad, detector, turn }: ResolvedOptions, agent: Agent): void {
  checkTurnMode({ agent, mode: turn.turnDetection, detector, ears: { vad, stt, hasSTT: stt !== undefined || hasSTTNode(agent) } });
  if (stt === undefined || stt.capabilities.streaming || vad !== undefined) return;
  throw new TypeError(
    `agent "${agent.label}": the STT ${stt.provider}/${stt.model} takes one utterance per call, and there is no VAD to cut the audio; give the session one (option "vad")`,
  );
}

/** What the first of these gives that gives it, field by field; else the default. */
function connectFor(kind: ConnectKind, given: readonly OverridableOptions[]): ConnectOptions {
  // What is given as undefined is not given.
  const pick = (field: keyof ConnectOptions): number =>
    given.map(({ connectOptions }) => connectOptions?.[kind]?.[field]).find((value) => value !== undefined) ?? defaultConnectOptions[field];
  return { maxRetries: pick('maxRetries'), retryDelayMs: pick('retryDelayMs'), timeoutMs: pick('timeoutMs') };
}
