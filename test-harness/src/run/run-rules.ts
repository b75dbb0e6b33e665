import { isAPIError } from '@parley/core/provider';
import { createDeferred } from '@parley/core/provider-kit';
import { settlesWithin } from '../clock/patience.js';
import type { Rule } from '../rules/rule.js';
import { isViolation, shown } from '../rules/violation.js';
import type { ProvableKind } from '../subject/provables.js';
import type { Subject } from '../subject/subject.js';
import { openTrial, type TrialOptions } from '../trial/create-trial.js';
import type { Trial } from '../trial/trial.js';
import type { Figures } from './figures.js';
import { isOfPlugin } from './is-of-plugin.js';
import { Strays } from './strays.js';
import type { Outcome, Verdict } from './verdict.js';

export interface RunOptions<Kind extends ProvableKind> extends TrialOptions {
  readonly subject: Subject<Kind>;
  readonly rules: readonly Rule<Kind>[];
  /** Told before a rule is run, which waits for it. */
  readonly onStart?: ((rule: Rule<Kind>) => void | Promise<void>) | undefined;
  readonly onVerdict?: ((verdict: Verdict) => void | Promise<void>) | undefined;
}

const defaultDeadlineMs = 20_000;

/** Runs one rule after another: each on a trial of its own, each to its verdict. Never rejects for what a plugin or a rule does. */
export async function runRules<Kind extends ProvableKind>(options: RunOptions<Kind>): Promise<Verdict[]> {
  const { subject, rules, onStart, onVerdict } = options;
  const verdicts: Verdict[] = [];
  for (const rule of rules) {
    await onStart?.(rule);
    const startedMs = performance.now();
    const outcome = await runRule(rule, subject, options);
    const { id, title, why, since } = rule;
    const verdict: Verdict = { rule: { id, title, why, since }, durationMs: performance.now() - startedMs, ...outcome };
    verdicts.push(verdict);
    await onVerdict?.(verdict);
  }
  return verdicts;
}

type Found = Outcome & { readonly figures?: Figures };

async function runRule<Kind extends ProvableKind>(rule: Rule<Kind>, subject: Subject<Kind>, options: TrialOptions): Promise<Found> {
  const reason = rule.leftOut?.(subject);
  if (reason !== undefined) return { outcome: 'left-out', reason };
  using strays = new Strays();
  const outcome = await provenOnTrial(rule, subject, options);
  // What nobody handled may show a turn after the trial.
  return outcome.outcome === 'passed' ? ((await strays.outcome()) ?? outcome) : outcome;
}

async function provenOnTrial<Kind extends ProvableKind>(rule: Rule<Kind>, subject: Subject<Kind>, options: TrialOptions): Promise<Found> {
  const { deadlineMs = defaultDeadlineMs } = rule;
  const { promise: opened, resolve: begin } = createDeferred<Trial<Kind>>();
  const proven = opened.then((open) => rule.prove(open));
  // Waits from before the trial on: the trial looks for timers that were not there when it began.
  const isProven = settlesWithin(proven, deadlineMs);
  await using trial = openTrial(subject, options);
  begin(trial);
  if (!(await isProven)) {
    return { outcome: 'failed', message: `the plugin kept the kit waiting: no verdict within ${deadlineMs} ms` };
  }
  const outcome = await proven.then((): Outcome => ({ outcome: 'passed' }), failedWith);
  return trial.figures === undefined ? outcome : { ...outcome, figures: trial.figures };
}

/** An error of the contract can only be the plugin's, and so can what its own code throws. */
function failedWith(error: unknown): Outcome {
  if (isViolation(error)) return { outcome: 'failed', message: error.message };
  if (isAPIError(error)) return { outcome: 'failed', message: `failed with ${error.name} (${error.kind}): ${error.message}` };
  if (isOfPlugin(error)) {
    const how = error instanceof Error ? `${error.name}: ${error.message}` : shown(error);
    return { outcome: 'failed', message: `the plugin threw ${how}` };
  }
  return { outcome: 'kit-fault', message: error instanceof Error ? (error.stack ?? error.message) : shown(error) };
}
