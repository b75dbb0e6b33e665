import type { Agent } from '../agent/agent.js';

/** Who is told of what becomes of the agents. */
export interface AgentConnections {
  /** The agent has changed: whatever was prepared for the one before is not wanted any more. */
  readonly onLeaving: () => void;
  /** The present agent may listen with something else. */
  readonly onAttached: () => void;
  /** One thing less is under way. */
  readonly onSettled: () => void;
  /** Settles when what this agent still says was said; undefined if that is nothing. */
  readonly lastWordsOf: (agent: Agent) => Promise<unknown> | undefined;
}
