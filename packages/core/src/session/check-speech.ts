import { checkAgainst, optionChecks } from '../agent/check-options.js';
import type { GenerateReplyOptions, SayOptions } from '../agent/session.js';

type Check = (value: unknown) => string | undefined;

const { isBoolean, isObject, isText, orNull } = optionChecks;
const isNumber: Check = (value) => (Number.isFinite(value) ? undefined : 'a number');
const isIterable = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (Symbol.asyncIterator in value || Symbol.iterator in value);
const isRecording: Check = (value) => (isIterable(value) ? undefined : 'the frames of a recording, as an iterable or an async iterable');
const isToolChoice: Check = (value) =>
  typeof value === 'object' || value === 'auto' || value === 'none' || value === 'required'
    ? undefined
    : '"auto", "none", "required", or an object that names a tool';

const common = { allowInterruptions: orNull(isBoolean), priority: orNull(isNumber) };
const sayChecks: Readonly<Record<keyof SayOptions, Check>> = { ...common, audio: orNull(isRecording), addToChat: orNull(isBoolean) };
const replyChecks: Readonly<Record<keyof GenerateReplyOptions, Check>> = {
  ...common,
  instructions: orNull(isText),
  additionalInstructions: orNull(isText),
  tools: orNull(isObject),
  toolChoice: orNull(isToolChoice),
  userInput: orNull(isText),
};

/** @throws {TypeError} That cannot be said, or an option is unknown or wrong: names it. */
export function checkSay(text: unknown, options: unknown): void {
  const isStream = typeof text === 'object' && text !== null && Symbol.asyncIterator in text;
  if (typeof text !== 'string' && !isStream)
    throw new TypeError(
      `say: what is to be said is a text, or an async iterable of its pieces, not ${text === null ? 'null' : typeof text}`,
    );
  checkGiven('say', options, sayChecks);
}

/** @throws {TypeError} An option is unknown or wrong: names it. */
export const checkReply = (options: unknown): void => checkGiven('generateReply', options, replyChecks);

function checkGiven(method: string, options: unknown, checks: Readonly<Record<string, Check>>): void {
  if (typeof options !== 'object' || options === null) throw new TypeError(`${method}: options are an object`);
  checkAgainst(method, options, checks);
}
