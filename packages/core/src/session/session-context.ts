import type { Agent } from '../agent/agent.js';
import type { RunContext, Session } from '../agent/session.js';
import type { AwaitedSpeech } from '../agent/tool-scope.js';
import type { ErrorSource, ModelUsage } from '../observe/agent-event.js';
import type { CallOptions } from '../provider/call-options.js';
import type { Clock } from '../provider/clock.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import type { LinkedSignal } from '../stream/linked-signal.js';
import type { OutputPort } from '../speaking/output-port.js';
import type { Tool } from '../tools/tool.js';
import type { ToolsInput } from '../tools/tool-list.js';
import type { History } from './history.js';
import type { NamedModels } from './named-models.js';
import type { SessionCore } from './session-core.js';
import type { AgentSessionOptions, ResolvedOptions } from './session-options.js';
import type { Toolsets } from './toolsets.js';
import type { VideoRunner } from './video-runner.js';

/** What the runners of one session share. */
export interface ToldFailure {
  readonly source: ErrorSource;
  readonly error: unknown;
  readonly recoverable: boolean;
  readonly atMs?: number;
}

export interface SessionContext {
  readonly session: Session;
  readonly core: SessionCore;
  readonly clock: Clock;
  readonly history: History;
  readonly options: AgentSessionOptions;
  /** Fires when the session closes for good. */
  readonly signal: AbortSignal;
  /** The same, for linking to. */
  readonly lifetime: LinkedSignal;
  /** In force for the present agent. */
  readonly resolved: () => ResolvedOptions;
  /** In force for an agent that has the word, waits for it, or has left and is still heard. */
  readonly resolvedFor: (agent: Agent) => ResolvedOptions;
  /** @throws {Error} The session has not been started. */
  readonly agent: () => Agent;
  /** Whether the agent has the word, or will have it again after a task. */
  readonly isHere: (agent: Agent) => boolean;
  /** Settles once it has the word, or never will: then with false. */
  readonly untilPresent: (agent: Agent) => Promise<boolean>;
  /** @throws {TypeError} The agent cannot run in this session: says why, and was reported. */
  readonly checkAgent: (agent: Agent) => void;
  readonly call: () => Omit<CallOptions, 'signal'>;
  /** What was made of the strings that name models. */
  readonly models: NamedModels;
  readonly toolsets: Toolsets;
  readonly output: () => OutputPort | undefined;
  readonly video: VideoRunner;
  /** Shows a part of the transcript, if there is somewhere to show it; what that throws is reported. */
  readonly show: (part: Parameters<TranscriptOutput['write']>[0]) => void;
  /** The caller's words, as far as they are shown, were taken for what was said. */
  readonly takeUserText: () => void;
  readonly addUsage: (usage: ModelUsage) => void;
  /** Tells of a failure by an event, at the time at which it happened on the clock, now if none is given. */
  readonly tell: (failure: ToldFailure) => void;
  /** A failure that nothing could mend counts towards the session's end; it was told. */
  readonly countFailure: (source: ErrorSource, error: unknown) => void;
  /** Reports a failure as an event; one that nothing could mend counts towards the session's end. */
  readonly report: (source: ErrorSource, error: unknown, recoverable: boolean) => void;
  /** Something of this source worked: its failures before no longer count. */
  readonly succeeded: (source: ErrorSource) => void;
  /**
   * Owns a promise: its failure is reported, and the session's end waits for it.
   *
   * @param holder What a tool that waits for the session to be idle is not to wait for: the speech that waits for the tool itself;
   * `background` is nothing that the session is busy with.
   */
  readonly own: (work: Promise<void>, holder?: AwaitedSpeech | 'background') => void;
  /** What a reply of this agent may call: its tools, the session's and those of toolsets; or only those that were given for the reply. */
  readonly toolsFor: (agent: Agent, given?: ToolsInput<RunContext>) => readonly Tool<RunContext>[];
}
