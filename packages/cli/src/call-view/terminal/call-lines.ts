import type { AgentEvent, AgentEventOf, AgentState, ExecutedToolCall, TurnMetrics, UserState } from '@parley/core';
import { callerWords } from '../call/caller-words.js';
import { contentText } from '../call/content-text.js';
import { toolCallText } from '../call/tool-text.js';
import { type TurnLatency, turnLatency } from '../call/turn-latency.js';
import type { CallLine, LinePart, Tone } from './call-line.js';

/** What is known of a call so far, to tell of its next event. */
export interface CallView {
  /** Milliseconds since the epoch: what lines count from. */
  readonly startedAt: number;
  readonly agentState: AgentState;
  readonly userState: UserState;
  /** Of the speech under way: its steps and tool calls until its first sound has been told. */
  readonly speechId?: string;
  readonly steps: readonly TurnMetrics[];
  readonly calls: readonly ExecutedToolCall[];
}

type Body = Omit<CallLine, 'atMs'>;

const labels = {
  caller: { text: 'caller', tone: 'caller' },
  agent: { text: 'agent', tone: 'agent' },
  tool: { text: 'tool', tone: 'tool' },
  latency: { text: 'latency', tone: 'dim' },
  note: { text: 'note', tone: 'dim' },
  problem: { text: 'problem', tone: 'problem' },
} as const satisfies Record<string, LinePart>;

/** A call of which nothing is known yet. */
export function newCallView(startedAt: number): CallView {
  return { startedAt, agentState: 'initializing', userState: 'listening', steps: [], calls: [] };
}

/** What an event changes in the view of a call, and the lines that tell of it: most often one, sometimes none. */
export function callLines(view: CallView, event: AgentEvent): { readonly view: CallView; readonly lines: readonly CallLine[] } {
  const next = nextView(view, event);
  const lines = bodies(next, event, view).map((body) => ({ atMs: event.createdAt - view.startedAt, ...body }));
  return { view: next, lines };
}

function nextView(view: CallView, event: AgentEvent): CallView {
  switch (event.type) {
    case 'agent-state-changed':
      return { ...view, agentState: event.newState };
    case 'user-state-changed':
      return { ...view, userState: event.newState };
    case 'tools-executed':
      return { ...ofSpeech(view, event.speechId), calls: [...ofSpeech(view, event.speechId).calls, ...event.calls] };
    case 'turn-metrics':
      return { ...ofSpeech(view, event.metrics.speechId), steps: [...ofSpeech(view, event.metrics.speechId).steps, event.metrics] };
    default:
      return view;
  }
}

/** Speeches are told of one after another: with a new one, what was gathered of the last is done with. */
function ofSpeech(view: CallView, speechId: string): CallView {
  return view.speechId === speechId ? view : { ...view, speechId, steps: [], calls: [] };
}

function bodies(view: CallView, event: AgentEvent, before: CallView): readonly Body[] {
  switch (event.type) {
    case 'agent-state-changed':
      return [state('agent', event.newState)];
    case 'user-state-changed':
      return [state('caller', event.newState, event.newState === 'speaking' && view.agentState === 'speaking' ? ', over the agent' : '')];
    case 'user-input-transcribed':
      return event.isFinal ? [transcript(event.transcript)] : [];
    case 'conversation-item-added':
      return itemBodies(event);
    case 'tools-executed':
      return event.calls.map(toolBody);
    case 'turn-metrics':
      return latencyBodies(view, before);
    default:
      return noteBodies(event);
  }
}

function state(party: 'agent' | 'caller', name: string, more = ''): Body {
  return line(labels[party], [`(${name}${more})`, 'dim']);
}

function transcript(text: string): Body {
  const words = callerWords(text);
  return line(labels.caller, words.isRemark ? [`(${words.text})`, 'dim'] : [words.text, 'plain']);
}

function itemBodies({ item, unheardText }: AgentEventOf<'conversation-item-added'>): readonly Body[] {
  // The caller's words were shown when they were transcribed.
  if (item.type !== 'message' || item.role !== 'assistant') return [];
  const unheard: readonly (readonly [string, Tone])[] =
    unheardText === undefined || unheardText === '' ? [] : [[` ${unheardText}`, 'struck']];
  const mark: readonly (readonly [string, Tone])[] = item.interrupted === true ? [[' (interrupted)', 'problem']] : [];
  return [line(labels.agent, [contentText(item), 'plain'], ...unheard, ...mark)];
}

function toolBody(call: ExecutedToolCall): Body {
  return line(
    labels.tool,
    [toolCallText(call.name, call.argumentsJson), 'tool'],
    [` → ${call.output}`, call.isError ? 'problem' : 'plain'],
    [` ${milliseconds(call.endedAt - call.startedAt)} ms`, 'dim'],
  );
}

function latencyBodies(view: CallView, before: CallView): readonly Body[] {
  const latency = turnLatency(view.steps, view.calls);
  // Told once, at the speech's first sound; later steps of it add nothing to that silence.
  const isTold = before.speechId === view.speechId && turnLatency(before.steps, before.calls) !== undefined;
  if (latency === undefined || isTold) return [];
  return [line(labels.latency, [latencyText(latency), 'dim'])];
}

function latencyText(latency: TurnLatency): string {
  const stages = latency.stages.map((stage) => `${stage.name} ${milliseconds(stage.durationMs)}`).join(' + ');
  return `${milliseconds(latency.responseMs)} ms${stages === '' ? '' : ` = ${stages}`}`;
}

function noteBodies(event: AgentEvent): readonly Body[] {
  switch (event.type) {
    case 'false-interruption':
      return [
        line(labels.note, [
          event.resumed ? 'a noise stopped the agent; it goes on where it had stopped' : 'a noise stopped the agent',
          'dim',
        ]),
      ];
    case 'tool-updated':
      return event.status === 'aborted' ? [line(labels.tool, [event.name, 'tool'], [' was aborted', 'problem'])] : [];
    case 'dtmf':
      return [line(labels.caller, [`(pressed ${event.digit})`, 'dim'])];
    case 'recovered':
      return [line(labels.problem, [`${event.source} failed and was recovered: ${event.action}`, 'plain'])];
    case 'error':
      return [line(labels.problem, [`${event.source}: ${event.error.message}`, 'problem'])];
    case 'close':
      return [
        line(labels.note, [
          event.error === undefined ? `the call has ended (${event.reason})` : `the call has ended: ${event.error.message}`,
          event.error === undefined ? 'dim' : 'problem',
        ]),
      ];
    default:
      return [];
  }
}

function line(label: LinePart, ...parts: readonly (readonly [text: string, tone: Tone])[]): Body {
  return { label, parts: parts.map(([text, tone]) => ({ text, tone })) };
}

function milliseconds(durationMs: number): string {
  return durationMs < 10 ? durationMs.toFixed(1) : durationMs.toFixed(0);
}
