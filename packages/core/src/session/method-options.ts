import { type Check, checkGiven, optionChecks, shown } from '../agent/check-options.js';
import type { ToolChoice } from '../provider/tool-specification.js';

const { isBoolean, isObject, isText, isTime } = optionChecks;

const anything: Check = () => undefined;
const isPriority: Check = (value) => (Number.isFinite(value) ? undefined : 'a number');
const isWait: Check = (value) => (isTime(value) === undefined && value !== 0 ? undefined : 'milliseconds, more than 0 and at most a day');
const isSaid: Check = (value) =>
  typeof value === 'string' || isStream(value) ? undefined : 'a text, or an async iterable of pieces of one';
const isAudio: Check = (value) => (isStream(value) || isList(value) ? undefined : 'an iterable of audio frames, async or not');
const isChoice: Check = (value) => {
  const wanted = optionChecks.oneOf('auto', 'none', 'required')(value);
  if (wanted === undefined || typeof Reflect.get(Object(value), 'name') === 'string') return undefined;
  return `${wanted}, or an object with the "name" of a tool`;
};

const isStream = (value: unknown): boolean => typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
const isList = (value: unknown): boolean => typeof value === 'object' && value !== null && Symbol.iterator in value;

/** What the methods of a session take. Each throws a `TypeError` that names the method and the option. */
export const checkMethod = {
  start: (options: unknown) => checkGiven('start', options, { agent: anything, io: anything, capture: isBoolean }),
  run: (options: unknown) => checkGiven('run', options, { userInput: isText, timeoutMs: isWait }),
  say: (text: unknown, options: unknown) => {
    const checks = { audio: isAudio, allowInterruptions: isBoolean, priority: isPriority, addToChat: isBoolean };
    checkGiven('say', options, checks);
    const wanted = isSaid(text);
    if (wanted !== undefined) throw new TypeError(`say: what is to be said is ${shown(text)}; it must be ${wanted}`);
  },
  generateReply: (options: unknown) =>
    checkGiven('generateReply', options, {
      instructions: isText,
      additionalInstructions: isText,
      tools: isObject,
      toolChoice: isChoice,
      userInput: isText,
      allowInterruptions: isBoolean,
      priority: isPriority,
    }),
  interrupt: (options: unknown) => checkGiven('interrupt', options, { force: isBoolean }),
  updateAgent: (options: unknown) => checkGiven('updateAgent', options, { carryContext: isBoolean }),
} as const;

/** @throws {TypeError} It asks for a tool that the reply does not have: names it. */
export function checkToolChoice(choice: ToolChoice, tools: readonly { readonly name: string }[]): void {
  const names = tools.map(({ name }) => name);
  if (choice === 'required' && names.length === 0)
    throw new TypeError('generateReply: option "toolChoice" is "required", but this reply has no tools');
  if (typeof choice !== 'object' || names.includes(choice.name)) return;
  const there = names.length === 0 ? 'there are none' : `there are ${names.join(', ')}`;
  throw new TypeError(`generateReply: option "toolChoice" names "${choice.name}", which is no tool of this reply; ${there}`);
}
