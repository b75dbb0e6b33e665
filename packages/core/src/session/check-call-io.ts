import type { CallIO } from '../provider/call-io.js';

/** What a part of a `CallIO` cannot do without: the members that are functions, or iterables. */
const members: Readonly<Record<keyof CallIO, readonly string[]>> = {
  audioInput: ['read'],
  audioOutput: ['write', 'end', 'clear', 'events'],
  videoInput: ['capture'],
  textInput: ['messages'],
  transcriptOutput: ['write'],
};

/**
 * @param method Where the parts were given, for the message.
 * @param known Whether there may be nothing else beside the parts.
 * @throws {TypeError} A part is none, or is not known: names it.
 */
export function checkCallIO(method: string, io: unknown, known: 'parts-only' | 'anything' = 'anything'): void {
  if (typeof io !== 'object' || io === null) throw new TypeError(`${method}: option "io" is ${String(io)}; it must be an object`);
  if (known === 'parts-only') {
    const unknown = Object.keys(io).find((name) => !Object.hasOwn(members, name));
    if (unknown !== undefined)
      throw new TypeError(`${method}: there is no part "${unknown}"; known are ${Object.keys(members).sort().join(', ')}`);
  } else checkStrangers(method, io);
  for (const [name, wanted] of Object.entries(members)) {
    const part: unknown = Reflect.get(io, name);
    if (part === undefined || (part === null && known === 'parts-only')) continue;
    const lacking = wanted.find((member) => typeof part !== 'object' || part === null || !(member in part));
    if (lacking !== undefined)
      throw new TypeError(`${method}: "${name}" lacks "${lacking}"; it must be of the kind that CallIO of @parley/core/provider describes`);
  }
  const fault = outputFault(Reflect.get(io, 'audioOutput'));
  if (fault !== undefined) throw new TypeError(`${method}: "audioOutput" has ${fault}`);
}

/** Whoever makes a `CallIO` may have more in it than parts; but a part by a name that is not known would be a call without it. */
function checkStrangers(method: string, io: object): void {
  const given = Object.entries(io);
  const isWithoutParts = given.length > 0 && !given.some(([name]) => Object.hasOwn(members, name));
  const stranger = given.find(([name, value]) => !Object.hasOwn(members, name) && (isWithoutParts || looksLikePart(value)));
  if (stranger !== undefined)
    throw new TypeError(`${method}: option "io" has no part "${stranger[0]}"; known are ${Object.keys(members).sort().join(', ')}`);
}

const looksLikePart = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.values(members).some((wanted) => wanted.every((member) => member in value));

/** All that is counted of playout is counted by these. */
function outputFault(output: unknown): string | undefined {
  if (typeof output !== 'object' || output === null) return undefined;
  const [sampleRate, channels, latencyMs] = ['sampleRate', 'channels', 'latencyMs'].map((name) => Number(Reflect.get(output, name)));
  if (!isWithin(sampleRate, 1) || !Number.isInteger(sampleRate)) return `a sampleRate of ${sampleRate}; it must be a whole number of hertz`;
  if (!isWithin(channels, 1) || !Number.isInteger(channels)) return `channels of ${channels}; it must be a whole number from 1 on`;
  return isWithin(latencyMs, 0) ? undefined : `a latencyMs of ${latencyMs}; it must be milliseconds from 0 on`;
}

const isWithin = (value: number | undefined, least: number): boolean => value !== undefined && value >= least && Number.isFinite(value);
