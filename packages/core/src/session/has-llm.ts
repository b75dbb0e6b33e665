import { Agent } from '../agent/agent.js';
import type { ResolvedOptions } from './session-options.js';

/** An agent whose `llmNode` is its own needs no other. */
export const hasLLM = ({ llm }: ResolvedOptions, agent: Agent): boolean => llm !== undefined || agent.llmNode !== Agent.prototype.llmNode;
