import type { Subject } from '../../subject/subject.js';
import type { WireField } from '../../wire/wire.js';
import { mustHold } from '../violation.js';
import type { CallKind } from './manner.js';

/** Whether the vendor is told of this, and its wire reads it. */
export const tells = ({ wire }: Subject<CallKind>, field: WireField): boolean => wire?.tells?.includes(field) === true;

/** @throws {Violation} It is not there, though the vendor takes it; what is there is for the rule to look at. */
export function mustBeTold(subject: Subject<CallKind>, field: WireField, value: unknown): void {
  mustHold(value !== undefined || !tells(subject, field), `the vendor takes "${field}", and was told nothing of it`);
}
