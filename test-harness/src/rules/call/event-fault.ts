import type { CallEvent, CallKind } from './manner.js';

type Fields = Readonly<Record<string, unknown>>;
type Check = (fields: Fields) => boolean;

const isText = (value: unknown): boolean => typeof value === 'string';
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);
const isTime = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;
const optional = (is: (value: unknown) => boolean) => (value: unknown) => value === undefined || is(value);
const isCount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;

/** Fields by name, each with what it must be. */
const has =
  (fields: Readonly<Record<string, (value: unknown) => boolean>>): Check =>
  (event) =>
    Object.entries(fields).every(([name, is]) => is(event[name]));

const isMetadata = (value: unknown): boolean => isObject(value) && Object.values(value).every(isObject);
const isUsage = (value: unknown): boolean => isObject(value) && Object.values(value).every(optional(isCount));
const isWord = (value: unknown): boolean =>
  isObject(value) && has({ text: isName, startMs: isTime, endMs: isTime, confidence: optional(isShare), speaker: optional(isName) })(value);
const isFrame = (value: unknown): boolean =>
  isObject(value) && value['samples'] instanceof Int16Array && has({ sampleRate: isNumber, channels: isNumber, atMs: isTime })(value);

const receipts: Readonly<Record<string, Check>> = {
  'response-metadata': has({ requestId: optional(isName), provider: optional(isName), model: optional(isName) }),
  usage: has({ usage: isUsage, provider: optional(isName), model: optional(isName) }),
};

const transcript = {
  segmentId: isName,
  text: isText,
  startMs: optional(isTime),
  language: optional(isName),
  confidence: optional(isShare),
  words: optional((value) => Array.isArray(value) && value.every(isWord)),
  speaker: optional(isName),
};

const finishReasons: readonly unknown[] = ['stop', 'length', 'tool-calls', 'content-filter', 'other'];

const checks: Readonly<Record<CallKind, Readonly<Record<string, Check>>>> = {
  llm: {
    ...receipts,
    'text-delta': has({ text: isText }),
    flush: () => true,
    'reasoning-delta': has({ text: isText }),
    'tool-call': has({ callId: isName, name: isName, argumentsJson: isText, providerMetadata: optional(isMetadata) }),
    opaque: has({ providerMetadata: isMetadata }),
    finish: has({ reason: (reason) => finishReasons.includes(reason) }),
  },
  stt: {
    ...receipts,
    'speech-start': has({ atMs: isTime }),
    'transcript-interim': has({ ...transcript, endMs: optional(isTime) }),
    'transcript-final': has({ ...transcript, endMs: isTime }),
    'speech-end': has({ atMs: isTime }),
    'turn-eager': has({ text: isText, confidence: optional(isShare) }),
    'turn-resumed': () => true,
    'turn-end': has({ atMs: isTime, confidence: optional(isShare) }),
  },
  tts: {
    ...receipts,
    audio: has({ segmentId: isName, frame: isFrame }),
    word: has({
      segmentId: isName,
      text: isText,
      startMs: isTime,
      endMs: isTime,
      inputStart: optional(isCount),
      inputEnd: optional(isCount),
    }),
    'segment-end': has({ segmentId: isName }),
  },
};

/** Of a kind: why an event is not as the contract has it; undefined if it is. */
export const eventFault =
  (kind: CallKind) =>
  (event: CallEvent): string | undefined => {
    if (typeof event !== 'object' || event === null) return 'is no object';
    const check = checks[kind][event.type];
    if (check === undefined) return 'is of a type that the contract does not have';
    return check({ ...event }) ? undefined : 'has a field that is not as the contract has it';
  };
