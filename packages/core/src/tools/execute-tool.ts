import type { Clock } from '../provider/clock.js';
import { isAPIError } from '../provider/api-error.js';
import { isAbortError } from '../stream/abort-error.js';
import { sleep } from '../stream/sleep.js';
import { isStopResponse, isToolError, ToolError } from './tool-errors.js';
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
  /** Undefined: the model called a tool that there is not. */
  readonly tool: Tool<Context> | undefined;
  readonly call: { readonly name: string; readonly argumentsJson: string };
  readonly context: Context;
  readonly signal: AbortSignal;
  readonly clock: Clock;
}

/** Runs one call to its outcome. Never rejects: each call is answered exactly once, whatever happens. */
export async function executeTool<Context>(execution: ToolExecution<Context>): Promise<ToolOutcome> {
  const { tool, call, signal } = execution;
  if (tool === undefined) return errorOutcome(`Unknown function: ${call.name}`);
  try {
    const args = await readArguments(tool, call.argumentsJson);
    // What was interrupted before it began is not begun: it could not be taken back.
    return signal.aborted ? interrupted() : valueOutcome(await runWithRetry(tool, args, execution));
  } catch (error) {
    if (signal.aborted) return interrupted();
    if (isStopResponse(error)) return { output: '', isError: false, replyRequired: false };
    if (isToolError(error)) return errorOutcome(error.message);
    return { ...errorOutcome(internalErrorText), error: error ?? new Error(`tool "${tool.name}" threw ${String(error)}`) };
  }
}

const interrupted = (): ToolOutcome => ({ ...errorOutcome('The call was interrupted before it was finished.'), replyRequired: false });
const errorOutcome = (output: string): ToolOutcome => ({ output, isError: true, replyRequired: true });

/** @throws {ToolError} The model wrote something that the tool cannot take; tells it what. */
async function readArguments<Context>(tool: Tool<Context>, argumentsJson: string): Promise<unknown> {
  let parsed: unknown;
  try {
    parsed = argumentsJson.trim() === '' ? {} : JSON.parse(argumentsJson);
  } catch {
    throw new ToolError(`The arguments of ${tool.name} are not valid JSON. Call it again with a JSON object.`);
  }
  const args = parsed ?? {};
  if (typeof args !== 'object' || Array.isArray(args)) throw new ToolError(`The arguments of ${tool.name} must be a JSON object.`);
  const result = await tool.reader.read(args);
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

function valueOutcome(value: unknown): ToolOutcome {
  if (value === undefined || value === null) return { output: '', isError: false, replyRequired: true, value };
  if (typeof value === 'string') return { output: value, isError: false, replyRequired: true, value };
  if (isAgentLike(value)) return { output: '', isError: false, replyRequired: true, value };
  if (isHandoffLike(value)) return { ...valueOutcome(value.result), value };
  // A value that JSON cannot hold (a circle, a bigint) throws, and is answered like any error of the tool.
  const output = JSON.stringify(value);
  if (output === undefined) throw new TypeError(`a tool returned a ${typeof value}, which cannot be told to a model`);
  return { output, isError: false, replyRequired: true, value };
}

/** An agent to hand over to is for the session; what it is made of is nothing for a model, and need not be JSON. */
const isHandoffLike = (value: unknown): value is { readonly result?: unknown } =>
  typeof value === 'object' && value !== null && handoffBrand in value;
const isAgentLike = (value: unknown): boolean => typeof value === 'object' && value !== null && agentBrand in value;
