import type { Agent } from '../agent/agent.js';
import { mergeOptions } from '../agent/check-options.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import { toolList } from '../tools/tool-list.js';
import { type AgentSessionOptions, checkSessionOptions, checkTogether, type ResolvedOptions, resolveOptions } from './session-options.js';

/** What holds at present: the session's options, which may change, and the present agent's over them. */
export class OptionsInForce {
  #session: AgentSessionOptions;
  #resolved: ResolvedOptions;
  /** Whose they are. */
  #agent: Agent | undefined;

  constructor(session: AgentSessionOptions) {
    this.#session = session;
    this.#resolved = resolveOptions(session, undefined);
  }

  get resolved(): ResolvedOptions {
    return this.#resolved;
  }

  /** @throws {TypeError} This agent cannot run with the session's options; says why. */
  check(agent: Agent): void {
    checkTogether(resolveOptions(this.#session, agent), agent);
    toolList(this.#session.tools, agent.tools);
  }

  /** @throws {TypeError} The agent could not run with these in place of its own. */
  checkOwn(agent: Agent, own: OverridableOptions): void {
    checkTogether(resolveOptions(this.#session, agent, own), agent);
  }

  /** @param own In place of the agent's own. @throws {TypeError} As `check`; then all stays as it was. */
  use(agent: Agent, own: OverridableOptions = agent.options): void {
    const resolved = resolveOptions(this.#session, agent, own);
    checkTogether(resolved, agent);
    this.#resolved = resolved;
    this.#agent = agent;
  }

  /** What holds for an agent, whether it has the word or waits for it. */
  resolvedFor(agent: Agent): ResolvedOptions {
    return agent === this.#agent ? this.#resolved : resolveOptions(this.#session, agent);
  }

  /** @throws {TypeError} The change contradicts the rest; then all stays as it was. */
  updateSession(change: OverridableOptions, agent: Agent | undefined): void {
    const session: AgentSessionOptions = { ...this.#session, ...mergeOptions({}, change) };
    checkSessionOptions(session);
    const resolved = resolveOptions(session, agent);
    if (agent !== undefined) checkTogether(resolved, agent);
    this.#session = session;
    this.#resolved = resolved;
  }
}
