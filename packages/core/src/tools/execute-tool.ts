import type { Clock } from '../provider/clock.js';
import { isAPIError } from '../provider/api-error.js';
import { isAbortError } from '../stream/abort-error.js';
import { sleep } from '../stream/sleep.js';
import { isStopResponse, isToolError, ToolError } from './tool-errors.js';
import { asToolFailure, ToolFailure } from './tool-failure.js';
import type { ParsedArguments } from './parse-arguments.js';
import type { Tool } from './tool.js';

/** What the model reads of an error that was not meant for it: nothing of its message. */
export const internalErrorText = 'An internal error occurred.';

/** Waits before the further tries of `autoRetry`. */
const retryDelaysMs = [100, 500];

/** Node's codes for a network that failed for the moment. */
const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** As agents carry it, which this folder does not know. */
const agentBrand = Symbol.for('parley.agent');
const handoffBrand = Symbol.for('parley.handoff');

/** What came of one call. */
export interface ToolOutcome {
  /** What the model reads. */
  readonly output: string;
  readonly isError: boolean;
  /** The model shall answer to it. False after `StopResponse` and on abort. */
  readonly replyRequired: boolean;
  /** What the tool returned, for those who look for an agent in it. */
  readonly value?: unknown;
  /** The error that became `internalErrorText`: for the log. */
  readonly error?: unknown;
}

export interface ToolExecution<Context> {
  readonly tool: Tool<Context>;
  readonly args: ParsedArguments;
  readonly context: Context;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Runs one call to its outcome. Never rejects: each call is answered exactly once, whatever happens. */
export async function executeTool<Context>(execution: ToolExecution<Context>): Promise<ToolOutcome> {
  const { tool, args, signal } = execution;
  try {
    const read = await readArguments(tool, args);
    // What was interrupted before it began is not begun: it could not be taken back.
    return signal.aborted ? interruptedOutcome() : valueOutcome(tool.name, await runWithRetry(tool, read, execution));
  } catch (error) {
    if (signal.aborted) return interruptedOutcome();
    if (isStopResponse(error)) return { output: '', isError: false, replyRequired: false };
    if (isToolError(error)) return errorOutcome(error.message);
    return { ...errorOutcome(internalErrorText), error: error ?? asToolFailure(tool.name, error) };
  }
}

/** The answer to a call that ended before its result came. */
export const interruptedOutcome = (output = 'The call was interrupted before it was finished.'): ToolOutcome => ({
  ...errorOutcome(output),
  replyRequired: false,
});
/** Something that the model is to know of, and to act on. */
export const errorOutcome = (output: string): ToolOutcome => ({ output, isError: true, replyRequired: true });

/** @throws {ToolError} The model wrote something that the tool cannot take; tells it what. */
async function readArguments<Context>(tool: Tool<Context>, args: ParsedArguments): Promise<unknown> {
  if ('problem' in args) throw new ToolError(args.problem);
  const result = await tool.reader.read(args.value);
  if ('problems' in result) throw new ToolError(`The arguments of ${tool.name} are wrong: ${result.problems.join('; ')}.`);
  return result.value;
}

async function runWithRetry<Context>(
  tool: Tool<Context>,
  args: unknown,
  { context, signal, clock }: ToolExecution<Context>,
): Promise<unknown> {
  const mayRetry = tool.autoRetry !== false && tool.irreversible !== true;
  for (let tries = 0; ; tries += 1) {
    try {
      return await tool.execute(args, context);
    } catch (error) {
      const delayMs = retryDelaysMs[tries];
      if (!mayRetry || delayMs === undefined || signal.aborted || !isRetryable(error)) throw error;
      await sleep(delayMs, { clock, signal });
    }
  }
}

function isRetryable(error: unknown): boolean {
  if (isToolError(error) || isStopResponse(error) || isAbortError(error)) return false;
  if (isAPIError(error)) return error.retryable && (error.kind === 'connection' || error.kind === 'timeout');
  // `fetch` says only "fetch failed"; what failed is its cause.
  return hasNetworkCode(error) || (error instanceof Error && hasNetworkCode(error.cause));
}

const hasNetworkCode = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' && networkCodes.has(error.code);

function valueOutcome(toolName: string, value: unknown): ToolOutcome {
  // Returned where it was to be thrown: told as an empty object it would pass for a success.
  if (value instanceof Error) throw value;
  if (isAgentLike(value)) return { output: '', isError: false, replyRequired: true, value };
  try {
    return { output: toolOutput(isHandoffLike(value) ? value.result : value), isError: false, replyRequired: true, value };
  } catch (error) {
    // These words are ours, and hold nothing of the value: they may be told.
    if (error instanceof UntellableError) throw new ToolFailure(toolName, `returned ${error.message}`, error);
    throw error;
  }
}

/** JSON cannot hold a value; the message says what it is. */
class UntellableError extends TypeError {
  constructor(what: string) {
    super(`${what}, which cannot be told to a model; return text or plain data`);
  }
}

/**
 * A value as a model reads it: text as it is, nothing as the empty text, anything else as JSON.
 *
 * @throws {TypeError} JSON cannot hold it (a circle, a bigint, a function), would leave out what it holds (a map, a stream, an error), or it
 * has an agent in it.
 */
export function toolOutput(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  const above: unknown[] = [];
  const output = JSON.stringify(value, function (this: unknown, _key, entry: unknown) {
    // `this` holds the entry: what was beside its holder is not above it.
    above.length = above.lastIndexOf(this) + 1;
    if (isAgentLike(entry)) throw new UntellableError('an agent inside of something else, where it is to be returned alone');
    if (isLostInJson(entry)) throw new UntellableError(`an object of class ${className(entry)}, of which JSON shows nothing`);
    if (typeof entry === 'bigint') throw new UntellableError('a bigint');
    if (above.includes(entry) && typeof entry === 'object' && entry !== null) throw new UntellableError('an object that contains itself');
    above.push(entry);
    return entry;
  });
  if (output === undefined) throw new UntellableError(`a ${typeof value}`);
  return output;
}

const className = (entry: unknown): string => {
  const name: unknown = Reflect.get(Object(Reflect.get(Object(entry), 'constructor')), 'name');
  return typeof name === 'string' && name !== '' ? name : 'its own';
};

/** JSON makes an empty object of it: a map, a set, bytes, an error, a promise, a stream. What has a `toJSON` of its own is not among them. */
const isLostInJson = (entry: unknown): boolean =>
  typeof entry === 'object' &&
  entry !== null &&
  !Array.isArray(entry) &&
  (entry instanceof Error || Symbol.iterator in entry || Symbol.asyncIterator in entry || 'then' in entry);

/** An agent to hand over to is for the session; what it is made of is nothing for a model, and need not be JSON. */
const isHandoffLike = (value: unknown): value is { readonly result?: unknown } =>
  typeof value === 'object' && value !== null && handoffBrand in value;
const isAgentLike = (value: unknown): boolean => typeof value === 'object' && value !== null && agentBrand in value;
