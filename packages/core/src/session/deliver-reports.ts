import type { Agent } from '../agent/agent.js';
import { type HandoffOptions, handoffOf } from '../agent/handoff.js';
import { hasLLM } from './has-llm.js';
import { makeRequest } from './make-request.js';
import { recordCalls } from './record-step.js';
import type { SessionContext } from './session-context.js';
import { type SettledCalls, settleHandoffs } from './settle-handoffs.js';
import type { SpeechRunner } from './speech-runner.js';
import type { FinishedToolCall } from './tool-run.js';

interface Delivering {
  readonly context: SessionContext;
  readonly speeches: SpeechRunner;
  readonly onHandoff: (handoff: HandoffOptions) => Promise<void>;
}

/**
 * Tells the agent what came of tools that it no longer waited for: all of it enters the history, each output with a call of its own, and
 * one reply covers it. A hand-over goes first. An agent that waits for a task is told once it has the word again.
 *
 * @returns What is to be told later.
 */
export function deliverReports(delivering: Delivering, reports: readonly FinishedToolCall[]): readonly FinishedToolCall[] {
  const { context, onHandoff } = delivering;
  const present = context.agent();
  const isDue = ({ agent }: FinishedToolCall) => agent === present || !context.isHere(agent);
  const due = reports.filter(isDue);
  const waiting = reports.filter((report) => !isDue(report));
  if (due.length === 0) return waiting;
  const { calls, next } = settleDue(context, due);
  if (next === undefined) {
    reply(delivering, calls);
    return waiting;
  }
  const isHandoff = ({ outcome }: FinishedToolCall) => handoffOf(outcome.value) !== undefined;
  record(context, calls.filter(isHandoff));
  context.own(onHandoff(next));
  return [...calls.filter((call) => !isHandoff(call)), ...waiting];
}

/** A tool of an agent that has left takes the word from nobody. */
function settleDue(context: SessionContext, due: readonly FinishedToolCall[]): SettledCalls<FinishedToolCall> {
  const { agent, checkAgent } = context;
  const present = agent();
  const own = due.filter((report) => report.agent === present);
  const settled = settleHandoffs(own, { present, check: checkAgent });
  const others = settleHandoffs(
    due.filter((report) => report.agent !== present),
    { present, obstacle: 'another agent has taken over meanwhile', check: checkAgent },
  );
  const calls = [...settled.calls, ...others.calls];
  return { calls: due.flatMap(({ call }) => calls.find((one) => one.call.callId === call.callId) ?? []), next: settled.next };
}

/** They enter the history, and nobody speaks of them: the session ends. */
export function recordReports(context: SessionContext, reports: readonly FinishedToolCall[]): void {
  if (reports.length === 0) return;
  for (const agent of new Set(reports.map((report) => report.agent))) {
    record(
      context,
      reports.filter((report) => report.agent === agent),
    );
  }
  tell(context, { reports, speechId: reports[0]?.speechId ?? '', status: 'skipped' });
}

function reply({ context, speeches }: Delivering, reports: readonly FinishedToolCall[]): void {
  const agent = context.agent();
  const isAnswered = reports.some(({ outcome }) => outcome.replyRequired) && hasLLM(context.resolved(), agent);
  if (!isAnswered) return recordReports(context, reports);
  const speech = speeches.create('tool-report');
  record(context, reports, speech);
  tell(context, { reports, speechId: speech.id, status: 'scheduled' });
  const request = makeRequest({ agent, context, chat: agent.chatContext });
  speeches.reply(speech, speeches.startStep(speech, { request, index: 0 }), {});
  void speech.then(
    () => tell(context, { reports, speechId: speech.id, status: speech.interrupted ? 'interrupted' : 'completed' }),
    () => tell(context, { reports, speechId: speech.id, status: 'skipped' }),
  );
}

function record(
  context: SessionContext,
  reports: readonly FinishedToolCall[],
  speech: Parameters<typeof recordCalls>[0]['speech'] = {
    id: reports[0]?.speechId ?? '',
    chatItems: [],
    agent: hearerOf(context, reports),
  },
): void {
  recordCalls({ context, speech, createdAtMs: context.core.toWall(context.clock.now()) }, reports);
}

/** Whoever made the calls, or has taken over since. */
function hearerOf({ agent, isHere }: SessionContext, [first]: readonly FinishedToolCall[]): Agent {
  return first !== undefined && isHere(first.agent) ? first.agent : agent();
}

function tell(
  context: SessionContext,
  {
    reports,
    speechId,
    status,
  }: {
    readonly reports: readonly FinishedToolCall[];
    readonly speechId: string;
    readonly status: 'scheduled' | 'completed' | 'interrupted' | 'skipped';
  },
): void {
  context.core.emit({ type: 'tool-reply-updated', speechId, callIds: reports.map(({ call }) => call.callId), status });
}
