import type { Tool } from '../tools/tool.js';
import type { RunContext } from '../agent/session.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { ToolChoice } from '../provider/tool-specification.js';
import type { CommittedTurn } from './session-effect.js';

/** What a reply is made from. */
export interface ReplyRequest {
  readonly chat: readonly ChatItem[];
  readonly tools: readonly Tool<RunContext>[];
  readonly toolChoice: ToolChoice;
  /** Tools marked `hideOnEnter` are left out, of this reply and of what follows from it. */
  readonly hidesTools: boolean;
}

/** The user turn that a reply answers, and when it was accepted: the hook has had its say. */
export interface AnsweredTurn {
  readonly turn: CommittedTurn;
  readonly acceptedMs: number;
}
