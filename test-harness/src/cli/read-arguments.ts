import { parseArgs } from 'node:util';
import { levels } from '../report/reached-level.js';
import type { Level } from '../rules/rule.js';
import { idPrefixes, provableKinds } from '../subject/provable-kinds.js';
import type { ProvableKind } from '../subject/provables.js';

export const help = `parley-conformance MODULE [options]

Proves a Parley plugin without a key: MODULE is its built file, or the name of a package that is installed here.

  --kind KIND       only this kind: ${provableKinds.join(', ')}
  --level N         up to this level, 1 to 5; default 5
  --wire FILE       a file that exports how the vendor speaks, as \`wire\` or \`wires\`; or \`subjects\` that are ports
  --with TARBALL    installed beside the plugin, where no registry has it; may be given again
  --json FILE       writes the report
  --badge FILE      writes a badge: .svg, or .json for shields.io
  --baseline FILE   rules known to be broken: {"STT-3.2": "why"}; one that is kept is an error
  --live            against the vendor itself, with the key of the environment: what of level 2 needs no vendor in the kit's hands

Exit codes: 0 conforms, 1 does not, 2 used wrongly, 3 the kit failed.`;

export interface Arguments {
  readonly module: string;
  readonly kind?: ProvableKind;
  readonly level: Level;
  readonly wire?: string;
  readonly beside: readonly string[];
  readonly json?: string;
  readonly badge?: string;
  readonly baseline?: string;
  readonly isLive: boolean;
}

/** @throws {TypeError} They make no sense; says what would. */
export function readArguments(list: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parseArgs({
    args: [...list],
    allowPositionals: true,
    options: {
      help: { type: 'boolean', short: 'h' },
      kind: { type: 'string' },
      level: { type: 'string' },
      wire: { type: 'string' },
      with: { type: 'string', multiple: true },
      json: { type: 'string' },
      badge: { type: 'string' },
      baseline: { type: 'string' },
      live: { type: 'boolean' },
    },
  });
  if (values.help === true) return 'help';
  const [module, ...rest] = positionals;
  if (module === undefined || rest.length > 0) throw new TypeError(`name one module, not ${positionals.length}`);
  const level = levels.find((each) => String(each) === (values.level ?? '5'));
  if (level === undefined) throw new TypeError(`--level is 1 to 5, not "${values.level}"`);
  const { kind, wire, json, badge, baseline } = values;
  if (badge !== undefined && !/\.(svg|json)$/.test(badge))
    throw new TypeError(`--badge is a file that ends in .svg or .json, not "${badge}"`);
  if (kind !== undefined && !isKind(kind)) throw new TypeError(`--kind is one of ${provableKinds.join(', ')}, not "${kind}"`);
  return {
    module,
    level,
    beside: values.with ?? [],
    isLive: values.live ?? false,
    ...(kind === undefined ? {} : { kind }),
    ...(wire === undefined ? {} : { wire }),
    ...(json === undefined ? {} : { json }),
    ...(badge === undefined ? {} : { badge }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

const isKind = (name: string): name is ProvableKind => Object.hasOwn(idPrefixes, name);
