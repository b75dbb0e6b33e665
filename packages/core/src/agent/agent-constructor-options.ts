import type { ChatContext } from '../chat/chat-context.js';
import type { ToolsInput } from '../tools/tool-list.js';
import type { OverridableOptions } from './agent-options.js';
import type { RunContext } from './session.js';

export interface AgentOptions extends OverridableOptions {
  readonly instructions: string;
  /** How it is called in events and histories. Default: the class's name. */
  readonly label?: string | undefined;
  /** What it knows of the conversation at its start. */
  readonly chatContext?: ChatContext | undefined;
  readonly tools?: ToolsInput<RunContext> | undefined;
}
