import type { Agent } from '../agent/agent.js';
import { mergeOptions } from '../agent/check-options.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import type { Toolset } from '../provider/toolset.js';
import type { NamedModels } from './named-models.js';
import { type AgentSessionOptions, checkSessionOptions, checkTogether, type ResolvedOptions, resolveOptions } from './session-options.js';

/** What holds at present: the session's options, which may change, and the present agent's over them. */
export class OptionsInForce {
  readonly #models: NamedModels;
  #session: AgentSessionOptions;
  #resolved: ResolvedOptions;
  /** Whose they are. */
  #agent: Agent | undefined;

  constructor(session: AgentSessionOptions, models: NamedModels) {
    this.#session = session;
    this.#models = models;
    this.#resolved = resolveOptions(session, undefined, { models });
  }

  /** Those of the session's options, whoever the agent is, and those of these agents. */
  toolsetsOf(agents: readonly Agent[]): ReadonlySet<Toolset> {
    return new Set([...(this.#session.mcpServers ?? []), ...agents.flatMap((agent) => this.resolvedFor(agent).mcpServers)]);
  }

  get resolved(): ResolvedOptions {
    return this.#resolved;
  }

  /** @throws {TypeError} This agent cannot run with the session's options; says why. */
  check(agent: Agent): void {
    checkTogether(this.#resolve(agent), agent);
    agent.checkToolsBeside(this.#session.tools);
  }

  /** @throws {TypeError} The agent could not run with these in place of its own. */
  checkOwn(agent: Agent, own: OverridableOptions): void {
    this.#assertMade(this.#session, own);
    checkTogether(this.#resolve(agent, own), agent);
  }

  /** @param own In place of the agent's own. @throws {TypeError} As `check`; then all stays as it was. */
  use(agent: Agent, own: OverridableOptions = agent.options): void {
    this.#assertMade(this.#session, own);
    const resolved = this.#resolve(agent, own);
    checkTogether(resolved, agent);
    this.#resolved = resolved;
    this.#agent = agent;
  }

  /** What holds for an agent, whether it has the word or waits for it. */
  resolvedFor(agent: Agent): ResolvedOptions {
    return agent === this.#agent ? this.#resolved : this.#resolve(agent);
  }

  /**
   * @param agents All that have the word, or will have it again; the last has it now.
   * @throws {TypeError} The change contradicts the rest; then all stays as it was.
   */
  updateSession(change: OverridableOptions, agents: readonly Agent[]): void {
    const session: AgentSessionOptions = { ...this.#session, ...mergeOptions({}, change) };
    checkSessionOptions(session);
    for (const agent of agents) {
      this.#assertMade(session, agent.options);
      checkTogether(resolveOptions(session, agent, { models: this.#models }), agent);
    }
    this.#session = session;
    this.#resolved = resolveOptions(session, agents.at(-1), { models: this.#models });
  }

  #resolve(agent: Agent, own: OverridableOptions = agent.options): ResolvedOptions {
    return resolveOptions(this.#session, agent, { models: this.#models, own });
  }

  /** Making a model takes time, and a change of options holds at once. */
  #assertMade(session: OverridableOptions, own: OverridableOptions): void {
    if (!this.#models.lacks(session, own)) return;
    throw new TypeError(
      'a model named by a string is made when a session starts or an agent takes over: give an instance to updateOptions',
    );
  }
}
