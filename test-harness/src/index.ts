/** The version of the contract whose rules this kit proves. */
export const specificationVersion = 1;
export { conformance, type ConformanceOptions } from './front/conformance.js';
export type { AudioInputEnds, PlayedCaller } from './ends/audio-input-ends.js';
export type { AudioOutputEnds } from './ends/audio-output-ends.js';
export type { DispatcherEnds, PlayedAnswer, PlayedJobServer } from './ends/dispatcher-ends.js';
export { rulesByKind } from './rules/rules-by-kind.js';
export type { Level, Rule, RuleId, RuleText } from './rules/rule.js';
export { type RunOptions, runRules } from './run/run-rules.js';
export type { Outcome, Verdict } from './run/verdict.js';
export { createSubject, type SubjectOptions } from './subject/create-subject.js';
export type { HeardOf, InstanceOf, ProvableKind, Provables, StepOf, WireOf } from './subject/provables.js';
export type { Create, CreateSettings, Subject } from './subject/subject.js';
