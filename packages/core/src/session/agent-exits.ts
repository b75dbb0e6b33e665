import type { Agent } from '../agent/agent.js';
import { runningCode } from '../agent/running-code.js';
import { runHook } from './run-hook.js';
import type { SessionContext } from './session-context.js';

/** The `onExit` of agents: called once for each time that one leaves, whoever wants it to. */
export class AgentExits {
  readonly #context: SessionContext;
  /** Begun or done. */
  readonly #exits = new Map<Agent, Promise<void>>();

  constructor(context: SessionContext) {
    this.#context = context;
  }

  /** Whether this is called by the `onExit` of an agent of this session: what waits for that cannot be waited for in it. */
  get isInside(): boolean {
    const code = runningCode();
    return code?.session === this.#context.session && code.name === 'onExit';
  }

  /** Settles with its `onExit`, which may have been called already. Never rejects. */
  async leave(agent: Agent): Promise<void> {
    const exit = this.#exits.get(agent) ?? runHook(this.#context, { name: 'onExit', agent, run: () => agent.onExit() });
    this.#exits.set(agent, exit);
    await exit;
  }

  /** It has left: should it come back, it will leave again. */
  forget(agent: Agent): void {
    this.#exits.delete(agent);
  }
}
