import { checkOptions, optionChecks } from '../agent/check-options.js';
import type { Agent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import { sampleWhileSpeaking, type VideoSampler } from '../agent/video-sampler.js';
import type { RunContext } from '../agent/session.js';
import type { Clock } from '../provider/clock.js';
import type { LLM } from '../provider/llm.js';
import type { Logger } from '../provider/logger.js';
import type { STT } from '../provider/stt.js';
import type { TTS } from '../provider/tts.js';
import type { TurnDetector } from '../provider/turn-detector.js';
import type { VAD } from '../provider/vad.js';
import type { NamedModels } from './named-models.js';
import { defaultTextTransforms, type TextTransform } from '../speaking/text-transform.js';
import { type ConnectOptions, defaultConnectOptions } from '../stream/connect-options.js';
import type { ToolsInput } from '../tools/tool-list.js';
import { interruptByDurationAndWords } from '../turn/interruption-policy.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { checkTurnMode, hasSTTNode, turnEndOptions } from './turn-end-options.js';

/** Options of a session; an agent's override those of `OverridableOptions`. Times in milliseconds. */
export interface AgentSessionOptions<UserData = unknown> extends OverridableOptions {
  /** Beside the agent's own, whoever that is. */
  readonly tools?: ToolsInput<RunContext> | undefined;
  readonly userData?: UserData;
  /** The only source of time. Default: the machine's. */
  readonly clock?: Clock | undefined;
  /** Default: warnings and errors as JSON lines to standard error. */
  readonly logger?: Logger | undefined;
  /** How calls to each kind of provider are tried again. */
  readonly connectOptions?:
    | { readonly stt?: Partial<ConnectOptions>; readonly llm?: Partial<ConnectOptions>; readonly tts?: Partial<ConnectOptions> }
    | undefined;
  /** All attempts at a reply together, until its first output. Default 8,000. */
  readonly replyDeadlineMs?: number | undefined;
  /** So many failures of one source in a row that nothing could mend are borne; with the next the session closes. Default 3. */
  readonly maxUnrecoverableErrors?: number | undefined;
  /** Longest time that a hook is waited for. Default 10,000. */
  readonly hookTimeoutMs?: number | undefined;
  /** The TTS is given no further sentence while so much audio waits to be played. Default 5,000. */
  readonly maxAheadMs?: number | undefined;
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
  readonly allowInterruptions: boolean;
  readonly maxToolSteps: number;
  readonly closeTranscriptTimeoutMs: number;
  readonly preemptiveTts: boolean;
  readonly textTransforms: readonly TextTransform[];
  readonly videoSampler: VideoSampler | null;
  readonly usesWordTimings: boolean;
}

const { isCount, isFunction, isObject, isTime, record } = optionChecks;
const anything = () => undefined;
const isWait = (value: unknown) => (value === 0 ? 'more than 0 milliseconds' : isTime(value));
const isConnect = record({ maxRetries: isCount, retryDelayMs: isTime, timeoutMs: isWait });

const sessionChecks: Readonly<
  Record<Exclude<keyof AgentSessionOptions, keyof OverridableOptions>, (value: unknown) => string | undefined>
> = {
  tools: isObject,
  userData: anything,
  clock: (value) => isFunction(Reflect.get(Object(value), 'after')) && 'a Clock',
  logger: (value) => isFunction(Reflect.get(Object(value), 'log')) && 'a Logger',
  connectOptions: record({ stt: isConnect, llm: isConnect, tts: isConnect }),
  replyDeadlineMs: isTime,
  maxUnrecoverableErrors: isCount,
  hookTimeoutMs: isTime,
  maxAheadMs: isWait,
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
  const preemptive = pick('preemptiveGeneration') ?? false;
  const limits = typeof preemptive === 'object' ? preemptive : {};
  const falseInterruptionTimeoutMs = pick('falseInterruptionTimeoutMs');
  const userAwayTimeoutMs = pick('userAwayTimeoutMs');
  const textTransforms = pick('ttsTextTransforms');
  const videoSampler = pick('videoSampler');
  const alignedTranscript = pick('useTtsAlignedTranscript');
  return {
    stt,
    vad,
    llm: models.resolve('llm', pick('llm')),
    tts: models.resolve('tts', pick('tts')),
    allowInterruptions: pick('allowInterruptions') ?? true,
    maxToolSteps: pick('maxToolSteps') ?? 3,
    closeTranscriptTimeoutMs: pick('closeTranscriptTimeoutMs') ?? 2000,
    detector: typeof detection === 'object' ? detection : undefined,
    preemptiveTts: limits.tts ?? false,
    usesWordTimings: alignedTranscript === undefined || alignedTranscript === true,
    textTransforms: textTransforms === undefined ? defaultTextTransforms : (textTransforms ?? []),
    videoSampler: videoSampler === undefined ? sampleWhileSpeaking : videoSampler,
    turn: {
      ...turnEndOptions(pick, ears),
      minInterruptionDurationMs: pick('minInterruptionDurationMs') ?? 500,
      minInterruptionWords: pick('minInterruptionWords') ?? 0,
      interruptionPolicy: pick('interruptionPolicy') ?? interruptByDurationAndWords,
      minConsecutiveSpeechDelayMs: pick('minConsecutiveSpeechDelayMs') ?? 0,
      aecWarmupMs: pick('aecWarmupMs') ?? null,
      falseInterruptionTimeoutMs: falseInterruptionTimeoutMs === undefined ? 2000 : falseInterruptionTimeoutMs,
      resumeFalseInterruption: pick('resumeFalseInterruption') ?? true,
      discardAudioIfUninterruptible: pick('discardAudioIfUninterruptible') ?? true,
      preemptive: preemptive === false ? null : { maxSpeechMs: limits.maxSpeechMs ?? 10_000, maxTries: limits.maxTries ?? 3 },
      userAwayTimeoutMs: userAwayTimeoutMs === undefined ? 15_000 : userAwayTimeoutMs,
    },
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

export function connectOptionsFor(options: AgentSessionOptions, kind: 'stt' | 'llm' | 'tts'): ConnectOptions {
  const given = options.connectOptions?.[kind];
  if (given === undefined) return defaultConnectOptions;
  const { maxRetries, retryDelayMs, timeoutMs } = defaultConnectOptions;
  // What is given as undefined is not given.
  return {
    maxRetries: given.maxRetries ?? maxRetries,
    retryDelayMs: given.retryDelayMs ?? retryDelayMs,
    timeoutMs: given.timeoutMs ?? timeoutMs,
  };
}
