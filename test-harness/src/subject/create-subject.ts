import { realClock } from '@parley/core/provider-kit';
import { mustHold, shown } from '../rules/violation.js';
import { closeInstance } from './close-instance.js';
import { nowhere } from './nowhere.js';
import { isPort } from './provable-kinds.js';
import type { InstanceOf, ProvableKind, WireOf } from './provables.js';
import type { Create, Subject } from './subject.js';

export interface SubjectOptions<Kind extends ProvableKind> {
  readonly kind: Kind;
  readonly create: Create<Kind>;
  readonly wire?: WireOf<Kind> | undefined;
  /** Default: the instance's provider and model. */
  readonly name?: string | undefined;
}

/** Makes one instance, to see what it declares, and closes it. Rejects with what making it throws. */
export async function createSubject<Kind extends ProvableKind>(options: SubjectOptions<Kind>): Promise<Subject<Kind>> {
  const { kind, create, wire } = options;
  const declared = await create({ ...nowhere, clock: realClock });
  mustBeInstance(declared, kind);
  await closeInstance(declared);
  return { kind, create, wire, declared, name: options.name ?? nameOf(declared, wire?.name) ?? kind };
}

/** As far as rules read it before they ask. @throws {Violation} It is none. */
function mustBeInstance(instance: unknown, kind: ProvableKind): void {
  mustHold(typeof instance === 'object' && instance !== null, `create must give an instance, and gave ${shown(instance)}`);
  if (isPort(kind)) return;
  const capabilities: unknown = Reflect.get(instance, 'capabilities');
  mustHold(
    typeof capabilities === 'object' && capabilities !== null,
    `create must give an instance with capabilities, and gave ${shown(instance)}`,
  );
}

function nameOf(instance: InstanceOf<ProvableKind>, wire: string | undefined): string | undefined {
  if (!('provider' in instance)) return undefined;
  return `${instance.provider}/${instance.model}${wire === undefined ? '' : ` over ${wire}`}`;
}
