import type { ParleyPlugin, PluginKind, PluginSettings } from '@parley/core/provider';
import { idPrefixes, isPort, provableKinds } from '../subject/provable-kinds.js';
import type { SubjectOptions } from '../subject/create-subject.js';
import type { InstanceOf, PluginKindName, ProvableKind, WireOf } from '../subject/provables.js';
import { wires as kitWires } from '../wires/index.js';
import type { LoadFault } from './load-module.js';

type Exports = Readonly<Record<string, unknown>>;
/** Of one kind; which one is said by `kind`. */
export type AnySubject = { readonly [Kind in ProvableKind]: SubjectOptions<Kind> }[ProvableKind];
export interface FoundSubjects {
  readonly type: 'found';
  readonly subjects: readonly AnySubject[];
}

interface Found {
  readonly module: Exports;
  readonly wireFile?: Exports | undefined;
  readonly isLive: boolean;
}

/** What there is to prove in a module: each kind of its plugin over each of its wires, and the ports that it or the wire file exports. */
export function pluginSubjects({ module, wireFile, isLive }: Found): FoundSubjects | LoadFault {
  const ports = [...listed(module['subjects']), ...listed(wireFile?.['subjects'])].filter(isSubject);
  if (wireFile !== undefined && !hasWires(wireFile)) {
    const message = `the file given by --wire exports no wire (\`wire\` or \`wires\`, each with kind, name, settings, serve and errorBody) and no \`subjects\``;
    return { type: 'fault', fault: 'user', message };
  }
  const plugin = module['parleyPlugin'];
  if (plugin === undefined && ports.length > 0) return { type: 'found', subjects: ports };
  if (!isPlugin(plugin)) {
    const what =
      plugin === undefined ? 'exports no parleyPlugin' : 'exports a parleyPlugin that is no plugin: it has no provider or no kinds';
    return { type: 'fault', fault: 'plugin', message: `the module ${what}` };
  }
  const own = [wireFile ?? {}, module]
    .flatMap((exports) => [exports['wire'], ...listed(exports['wires'])])
    .filter((wire) => wire !== undefined);
  const known = own.length > 0 ? own : (kitWires[plugin.provider] ?? []);
  const needsVendor = (plugin.environment ?? []).some(({ required, secret }) => required && secret);
  if (known.length === 0 && needsVendor && !isLive) {
    const message = `${plugin.provider} needs a key, so it has a vendor, and the kit does not know how that speaks: give --wire FILE`;
    return { type: 'fault', fault: 'user', message };
  }
  const unset = isLive ? (plugin.environment ?? []).filter(({ name, required }) => required && (process.env[name] ?? '') === '') : [];
  if (unset.length > 0) {
    const names = unset.map(({ name }) => name).join(', ');
    return { type: 'fault', fault: 'user', message: `${plugin.provider} itself is asked with --live, which takes a key: set ${names}` };
  }
  const empty = provableKinds.filter(isPluginKind).find((kind) => kind in plugin.kinds && !isMaker(plugin.kinds[kind]));
  if (empty !== undefined) {
    const message = `the plugin offers the kind "${empty}" by what is no maker: it has no function "create"`;
    return { type: 'fault', fault: 'plugin', message };
  }
  const offered = provableKinds.filter(isPluginKind).flatMap((kind) => ofKind(kind, plugin, isLive ? 'live' : known));
  return { type: 'found', subjects: [...offered, ...ports] };
}

function ofKind<Kind extends PluginKindName>(kind: Kind, plugin: ParleyPlugin, known: readonly unknown[] | 'live'): AnySubject[] {
  const offered = plugin.kinds[kind];
  if (offered === undefined) return [];
  // The vendor itself, with the key of the environment: nothing leads elsewhere.
  if (known === 'live') return listOfSubjects([{ kind, create: () => offered.create({ name: offered.defaultModel }) }]);
  const fitting = known.filter((wire) => isWire(wire, kind));
  const list = fitting.length === 0 ? [undefined] : fitting;
  return listOfSubjects(list.map((wire) => subjectOf(kind, offered, wire)));
}

const listOfSubjects = (list: readonly unknown[]): AnySubject[] => list.filter(isSubject);

function subjectOf<Kind extends PluginKindName>(
  kind: Kind,
  offered: PluginKind<InstanceOf<Kind>>,
  wire: WireOf<Kind> | undefined,
): SubjectOptions<Kind> {
  const model = wire?.model === undefined ? { name: offered.defaultModel } : modelOf(wire.model);
  return { kind, wire, create: (settings: PluginSettings) => offered.create(model, settings) };
}

/** As in a model string: `nova-3:en`. */
function modelOf(text: string): { readonly name: string; readonly variant?: string } {
  const colon = text.indexOf(':');
  return colon === -1 ? { name: text } : { name: text.slice(0, colon), variant: text.slice(colon + 1) };
}

const isRecord = (value: unknown): value is Exports => typeof value === 'object' && value !== null;
const listed = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : []);
const isPluginKind = (kind: ProvableKind): kind is PluginKindName => !isPort(kind);

/** As far as it is read here; level 1 looks at all of it. */
const isPlugin = (value: unknown): value is ParleyPlugin =>
  isRecord(value) && typeof value['provider'] === 'string' && isRecord(value['kinds']);

/** Undefined is a kind that is not offered. */
const isMaker = (value: unknown): boolean => value === undefined || (isRecord(value) && typeof value['create'] === 'function');

const hasWires = (exports: Exports): boolean =>
  listed(exports['subjects']).some(isSubject) ||
  [exports['wire'], ...listed(exports['wires'])].some((wire) => provableKinds.some((kind) => isWire(wire, kind)));

const isSubject = (value: unknown): value is AnySubject =>
  isRecord(value) && typeof value['kind'] === 'string' && value['kind'] in idPrefixes && typeof value['create'] === 'function';

/** By shape: it may come from another copy of the kit. */
const isWire = <Kind extends ProvableKind>(value: unknown, kind: Kind): value is WireOf<Kind> =>
  isRecord(value) &&
  value['kind'] === kind &&
  typeof value['name'] === 'string' &&
  ['settings', 'serve', 'errorBody'].every((name) => typeof value[name] === 'function');
