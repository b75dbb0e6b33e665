import type { AgentOptions } from './agent-constructor-options.js';
import type { OverridableOptions } from './agent-options.js';
import { checkContradictions } from './contradiction.js';
import { isChatContext } from '../chat/chat-context.js';
import { readModelName } from './model-name.js';
import { providerFault } from './provider-fault.js';

export type Check = (value: unknown) => string | undefined;

const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(String(value)) ? undefined : `one of ${values.map((allowed) => `"${allowed}"`).join(', ')}`;
const isBoolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const isText: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
const isFunction: Check = (value) => (typeof value === 'function' ? undefined : 'a function');
const isObject: Check = (value) => (typeof value === 'object' && value !== null ? undefined : 'an object');
/** A day: whatever is longer was meant in another unit. */
const longestMs = 86_400_000;
const isTime: Check = (value) =>
  typeof value === 'number' && value >= 0 && value <= longestMs ? undefined : 'milliseconds, from 0 to a day';
const isCount: Check = (value) => (Number.isInteger(value) && Number(value) >= 0 ? undefined : 'a whole number from 0 on');
const isMode: Check = (value) => {
  const wanted = oneOf('realtime_llm', 'vad', 'stt', 'manual')(value);
  return wanted === undefined ? undefined : `${wanted}, or a turn detector`;
};
const isTurnLimit: Check = (value) => {
  const wanted = 'an object with "words", "durationMs" or both';
  if (typeof value !== 'object' || value === null) return wanted;
  const { words, durationMs, ...others }: { readonly words?: unknown; readonly durationMs?: unknown } = value;
  if (Object.keys(others).length > 0) return `${wanted}, and nothing else`;
  const isGiven = (part: unknown) => part !== undefined && part !== null;
  if (isGiven(words) && (!Number.isInteger(words) || Number(words) < 1)) return 'one whose "words" is a whole number from 1 on';
  if (isGiven(durationMs) && (isTime(durationMs) !== undefined || durationMs === 0))
    return 'one whose "durationMs" is more than 0 milliseconds';
  return isGiven(words) || isGiven(durationMs) ? undefined : `${wanted}, or null for none`;
};
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null ? undefined : check(value);
const isTransforms: Check = (value) => {
  const wanted = 'a list of "markdown", "emoji", "markup" and functions';
  if (!Array.isArray(value)) return wanted;
  const others: readonly unknown[] = value.filter(
    (entry: unknown) => typeof entry !== 'function' && !['markdown', 'emoji', 'markup'].some((name) => name === entry),
  );
  return others.length === 0 ? undefined : `${wanted}, not ${shown(others[0])}`;
};
/** A provider, or the string that names one, which is looked for when the session starts. */
const provider =
  (kind: string): Check =>
  (value) => {
    if (typeof value !== 'string') return providerFault(kind, value);
    return readModelName(value) === undefined ? `a provider of kind "${kind}", or a string such as "provider/model"` : undefined;
  };

/** An object with these fields only, each of which may be left out. */
const record =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) => {
    if (typeof value !== 'object' || value === null) return 'an object';
    const given: readonly (readonly [string, unknown])[] = Object.entries(value);
    for (const [name, field] of given) {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) return `an object with no other field than ${Object.keys(fields).join(', ')}, not "${name}"`;
      const wanted = field === undefined ? undefined : check(field);
      // What is wrong within an object was said where it stands.
      const found = typeof field === 'object' && field !== null ? '' : `, not ${shown(field)}`;
      if (wanted !== undefined) return `an object whose "${name}" is ${wanted}${found}`;
    }
    return undefined;
  };

const isToolsets = (value: unknown): string | undefined => {
  if (!Array.isArray(value)) return 'a list of toolsets';
  const wanted = value.map(provider('toolset')).find((fault) => fault !== undefined);
  return wanted === undefined ? undefined : `a list in which each is ${wanted}`;
};

const isWait: Check = (value) => (value === 0 ? 'more than 0 milliseconds' : isTime(value));
const isConnect = record({ maxRetries: isCount, retryDelayMs: isTime, timeoutMs: isWait });
const isPreemptive = record({ tts: isBoolean, maxSpeechMs: isTime, maxTries: isCount });

const overridable: Readonly<Record<keyof OverridableOptions, Check>> = {
  stt: orNull(provider('stt')),
  vad: orNull(provider('vad')),
  llm: orNull(provider('llm')),
  tts: orNull(provider('tts')),
  mcpServers: orNull(isToolsets),
  turnDetection: orNull((value) => (typeof value === 'object' ? provider('turn-detector')(value) : isMode(value))),
  allowInterruptions: orNull(isBoolean),
  discardAudioIfUninterruptible: orNull(isBoolean),
  minInterruptionDurationMs: orNull(isTime),
  minInterruptionWords: orNull(isCount),
  interruptionPolicy: orNull(isFunction),
  minConsecutiveSpeechDelayMs: orNull(isTime),
  aecWarmupMs: orNull(isTime),
  minEndpointingDelayMs: orNull(isTime),
  maxEndpointingDelayMs: isTime,
  endpointing: orNull(oneOf('fixed', 'dynamic')),
  maxToolSteps: isCount,
  falseInterruptionTimeoutMs: orNull(isTime),
  resumeFalseInterruption: orNull(isBoolean),
  useTtsAlignedTranscript: orNull(isBoolean),
  ttsTextTransforms: orNull(isTransforms),
  preemptiveGeneration: orNull((value) => (typeof value === 'boolean' ? undefined : isPreemptive(value))),
  interimCommitTimeoutMs: isTime,
  transcriptionTimeoutMs: orNull(isTime),
  closeTranscriptTimeoutMs: orNull(isTime),
  userTurnLimit: orNull(isTurnLimit),
  videoSampler: orNull(isFunction),
  userAwayTimeoutMs: orNull(isTime),
  connectOptions: record({ stt: isConnect, llm: isConnect, tts: isConnect }),
  replyDeadlineMs: isTime,
  maxUnrecoverableErrors: isCount,
  hookTimeoutMs: isTime,
  maxAheadMs: isWait,
};

const isChat: Check = (value) => (isChatContext(value) ? undefined : 'a conversation, as ChatContext.empty() gives it');

const agentChecks: Readonly<Record<keyof AgentOptions, Check>> = {
  ...overridable,
  instructions: isText,
  label: (value) => (typeof value === 'string' && value !== '' ? undefined : 'a text that is not empty'),
  chatContext: isChat,
  tools: isObject,
};

/** @throws {TypeError} An option is unknown, or its value is not one it can have: names the option. */
export function checkOptions(owner: string, options: object, own: Readonly<Record<string, Check>>): void {
  checkEach(owner, options, { ...overridable, ...own });
  checkContradictions(owner, options);
}

/**
 * What a function was given; null is absent.
 *
 * @throws {TypeError} It is no object, an option is unknown, or its value is not one it can have: names the option.
 */
export function checkGiven(owner: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
  const lenient = Object.entries(checks).map(([name, check]) => [name, orNull(check)] as const);
  checkEach(owner, options, Object.fromEntries(lenient));
}

function checkEach(owner: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
  if (typeof options !== 'object' || options === null)
    throw new TypeError(`${owner}: its options are ${shown(options)}; they must be an object`);
  const given: readonly (readonly [string, unknown])[] = Object.entries(options);
  for (const [name, value] of given) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined)
      throw new TypeError(`${owner}: there is no option "${name}"; known are ${Object.keys(checks).sort().join(', ')}`);
    const wanted = value === undefined ? undefined : check(value);
    if (wanted !== undefined) throw new TypeError(`${owner}: option "${name}" is ${shown(value)}; it must be ${wanted}`);
  }
}

/** Options to be changed while they are in use. @throws {TypeError} As `checkOptions`. */
export function checkUpdate(owner: string, change: OverridableOptions): void {
  if (typeof change !== 'object' || change === null) throw new TypeError(`${owner}: give an object with the options to change`);
  checkOptions(owner, change, {});
}

/** What is absent, or undefined, stays as it is. */
export const mergeOptions = (options: OverridableOptions, change: OverridableOptions): OverridableOptions => ({
  ...options,
  ...Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined)),
});

export function checkAgentOptions(options: AgentOptions): void {
  if (typeof options !== 'object' || options === null) throw new TypeError('Agent: options are an object with at least "instructions"');
  if (options.instructions === undefined) throw new TypeError('Agent: option "instructions" is missing');
  checkOptions('Agent', options, agentChecks);
}

/** Enough of a value to recognise it, and nothing of what an object holds. */
export function shown(value: unknown): string {
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return typeof value === 'string' ? JSON.stringify(value) : String(value);
}

export const optionChecks = { isBoolean, isChat, isCount, isFunction, isObject, isText, isTime, oneOf, orNull, record };
