import type { CallOptions } from '@parley/core/provider';
import type { InstanceOf } from '../../subject/provables.js';
import type { Rule } from '../rule.js';
import { mustHold, shown, Violation } from '../violation.js';
import type { CallEvent, CallKind, Manner } from './manner.js';
import { answering, noWire, vendorAtWork } from './vendor-at-work.js';

/** Starts a call whose input begins, and then fails with this error. */
type StartFailing<Kind extends CallKind> = (instance: InstanceOf<Kind>, options: CallOptions, error: Error) => AsyncIterable<CallEvent>;

/** Level 4, where a call has an input: number 20. */
export const failingInput = <Kind extends CallKind>(manner: Manner<Kind>, start: StartFailing<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.20`,
  title: 'Where the input that a call is given fails, the call fails too.',
  why: 'A quiet end is taken for the end of what was said; a failure that nobody sees ends the process.',
  since: '1.0',
  leftOut: noWire,
  async prove(trial) {
    const { instance } = await vendorAtWork(trial, answering(manner));
    const reading = trial.read(start(instance, trial.call().options, new Error('the input failed')));
    const end = await trial.settled('the end of a call whose input fails', reading.end);
    if (end.type === 'ended') throw new Violation('the input failed, and the stream ended as if it had come to its end');
    mustHold(end.error instanceof Error, `the call must fail with an error, and failed with ${shown(end.error)}`);
  },
});
