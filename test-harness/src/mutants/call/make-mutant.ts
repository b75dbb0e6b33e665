import type { CallKind } from '../../rules/call/manner.js';
import type { RuleId } from '../../rules/rule.js';
import type { InstanceOf } from '../../subject/provables.js';
import type { Mutant } from '../mutant.js';
import type { Breakable, EventOf, RequestOf, Start } from './breakable.js';
import { editStream } from './stream-edits.js';

export type Break<Kind extends CallKind> = (instance: InstanceOf<Kind>) => InstanceOf<Kind>;
type Number = `${1 | 2 | 3 | 4 | 5}.${number}`;
/** Makes a mutant by the number of the rule that catches it. */
export type Make<Kind extends CallKind> = (number: Number, name: string, change: Break<Kind>) => Mutant<Kind>;

export const maker =
  <Kind extends CallKind>(breakable: Breakable<Kind>): Make<Kind> =>
  (number, name, change) => {
    const { prefix, kind, wire } = breakable;
    const caughtBy: RuleId = `${prefix}-${number}`;
    return { kind, name, caughtBy, wire, create: (settings) => change(breakable.create(settings)) };
  };

/** Each event of a call, changed: to none, one or several. `create` is called for each call: what it keeps is the call's. */
export const editing = <Kind extends CallKind>(
  breakable: Breakable<Kind>,
  create: (request: RequestOf<Kind>) => (event: EventOf<Kind>) => readonly EventOf<Kind>[],
): Break<Kind> => {
  const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => editStream(start(request), create(request));
  return (instance) => breakable.withStart(instance, around);
};

/** What is asked, changed. */
export const asking = <Kind extends CallKind>(
  breakable: Breakable<Kind>,
  change: (request: RequestOf<Kind>) => RequestOf<Kind>,
): Break<Kind> => {
  const around = (start: Start<Kind>) => (request: RequestOf<Kind>) => start(change(request));
  return (instance) => breakable.withStart(instance, around);
};
