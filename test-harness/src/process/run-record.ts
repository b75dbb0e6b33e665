import type { RuleText } from '../rules/rule.js';
import type { Verdict } from '../run/verdict.js';
import type { RunMessage, SubjectHead } from './run-message.js';
import type { ProcessEnd } from './watched-process.js';

/** What is known of one subject so far. */
export interface SubjectRun {
  readonly subject: SubjectHead;
  /** As declared, as it survives JSON. */
  readonly capabilities: unknown;
  /** All that are to be proven, in order. */
  readonly rules: readonly RuleText[];
  readonly verdicts: readonly Verdict[];
  /** Why none was proven: it could not even be made. */
  readonly problem?: string;
}

/** What is known of a run over several processes. */
export interface RunRecord {
  readonly subjects: readonly SubjectRun[];
  /** What the process is at. */
  readonly at: { readonly type: 'loading' } | { readonly type: 'creating'; readonly key: string } | RuleAt;
  /** There is nothing to prove. */
  readonly unusable?: { readonly fault: 'user' | 'plugin' | 'kit'; readonly message: string };
}

interface RuleAt {
  readonly type: 'rule';
  readonly key: string;
  readonly rule: RuleText;
}

export const emptyRecord: RunRecord = { subjects: [], at: { type: 'loading' } };

/** The record after a message. */
export function recordMessage(record: RunRecord, message: RunMessage): RunRecord {
  switch (message.type) {
    case 'unusable':
      return { ...record, unusable: message };
    case 'subject-start':
      return {
        ...withSubject(record, message.subject.key, (known) => known ?? emptyRun(message.subject)),
        at: creating(message.subject.key),
      };
    case 'subject-broken':
      return withSubject(
        record,
        message.key,
        (known) => known && { ...known, problem: `making an instance failed with ${message.message}` },
      );
    case 'subject':
      return withSubject(record, message.subject.key, (known) => ({
        verdicts: known?.verdicts ?? [],
        subject: message.subject,
        capabilities: message.capabilities,
        rules: message.rules,
      }));
    case 'rule-start':
      return { ...record, at: { type: 'rule', key: message.key, rule: message.rule } };
    case 'verdict':
      return { ...withVerdict(record, message.key, message.verdict), at: { type: 'loading' } };
    case 'ready':
    case 'done':
      return { ...record, at: { type: 'loading' } };
    default:
      return message satisfies never;
  }
}

/** The record after a process has ended: whatever it was at is to blame. */
export function recordEnd(record: RunRecord, end: ProcessEnd): RunRecord {
  if (end.type === 'done' || end.type === 'lingered') return record;
  if (end.type === 'not-started') {
    return { ...record, unusable: { fault: 'kit', message: `the process that loads the plugin did not start: ${end.how}` } };
  }
  const { at } = record;
  const what = said(end);
  if (at.type === 'rule')
    return withVerdict(record, at.key, { rule: at.rule, durationMs: 0, outcome: 'failed', message: `the plugin ${what}` });
  if (at.type === 'creating') {
    return withSubject(record, at.key, (known) => known && { ...known, problem: `while an instance was made, the plugin ${what}` });
  }
  return { ...record, unusable: record.unusable ?? { fault: 'plugin', message: `while it was imported, the plugin ${what}` } };
}

/** The record when no further process is worth it: the rules of the subject that was last at work are not kept. */
export function giveUp(record: RunRecord): RunRecord {
  const last = record.subjects.at(-1);
  if (last === undefined) return record;
  const proven = new Set(last.verdicts.map(({ rule }) => rule.id));
  const message = 'not run: the plugin had ended its process too often in a row';
  return last.rules
    .filter(({ id }) => !proven.has(id))
    .reduce((so, rule) => withVerdict(so, last.subject.key, { rule, durationMs: 0, outcome: 'failed', message }), record);
}

function said(end: Exclude<ProcessEnd, { readonly type: 'done' | 'lingered' | 'not-started' }>): string {
  switch (end.type) {
    case 'ended':
      return `ended the process: ${end.how}`;
    case 'stuck':
      return `kept the process busy, or waiting, for ${Math.round(end.afterMs / 1000)} s, and was ended`;
    case 'memory':
      return `took more than ${end.limitMb} MB of memory, and was ended`;
    default:
      return end satisfies never;
  }
}

const creating = (key: string) => ({ type: 'creating', key }) as const;
const emptyRun = (subject: SubjectHead): SubjectRun => ({ subject, capabilities: {}, rules: [], verdicts: [] });

function withVerdict(record: RunRecord, key: string, verdict: Verdict): RunRecord {
  return withSubject(record, key, (known) => known && { ...known, verdicts: [...known.verdicts, verdict] });
}

function withSubject(record: RunRecord, key: string, change: (known: SubjectRun | undefined) => SubjectRun | undefined): RunRecord {
  const index = record.subjects.findIndex(({ subject }) => subject.key === key);
  const changed = change(record.subjects[index]);
  if (changed === undefined) return record;
  return { ...record, subjects: index === -1 ? [...record.subjects, changed] : record.subjects.with(index, changed) };
}
