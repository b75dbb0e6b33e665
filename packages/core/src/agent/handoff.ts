import { type Agent, isAgent } from './agent.js';
import { checkGiven, optionChecks } from './check-options.js';

const brand = Symbol.for('parley.handoff');

export interface HandoffOptions {
  /** Who takes over. */
  readonly agent: Agent;
  /** What the call is answered with in the history: text as it is, anything else as JSON. Default: nothing. */
  readonly result?: unknown;
  /** The new agent also knows what the old one knows. Default false: it knows its own `chatContext`. */
  readonly carryContext?: boolean | null | undefined;
}

/** What a tool returns to hand over and leave a result behind. */
export interface Handoff extends HandoffOptions {
  readonly [brand]: true;
}

/**
 * For a tool to return, where the agent alone would not do: hands over to the agent, answers the call with the result, and has the new
 * agent know the conversation so far, if that is wanted. The agent that leaves makes no further reply.
 *
 * @throws {TypeError} The agent is none, or an option is unknown.
 */
export function handoff(options: HandoffOptions): Handoff {
  checkGiven('handoff', options, { agent: () => undefined, result: () => undefined, carryContext: optionChecks.isBoolean });
  if (!isAgent(options.agent)) throw new TypeError('handoff: option "agent" is not an agent; make one with new Agent({ instructions })');
  return { ...options, [brand]: true };
}

const isHandoff = (value: unknown): value is Handoff => typeof value === 'object' && value !== null && brand in value;

/** The hand-over that a tool's return value asks for, if it does. */
export const handoffOf = (value: unknown): HandoffOptions | undefined =>
  isHandoff(value) ? value : isAgent(value) ? { agent: value } : undefined;
