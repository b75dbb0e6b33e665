import type { ParleyPlugin, PluginSettings } from '@parley/core/provider';
import type { Level, Rule } from '../rules/rule.js';
import { ruleLevel } from '../rules/rule-level.js';
import { rulesByKind } from '../rules/rules-by-kind.js';
import { runRules } from '../run/run-rules.js';
import { createSubject } from '../subject/create-subject.js';
import type { Create, Subject } from '../subject/subject.js';
import type { ProvableKind, WireOf } from '../subject/provables.js';
import { whichRunner } from './which-runner.js';

export interface ConformanceOptions<Kind extends ProvableKind> {
  /** For the tests' names. A port belongs to none. */
  readonly plugin?: ParleyPlugin | undefined;
  readonly kind: Kind;
  /** Makes an instance with these settings, which lead it to the vendor that the kit plays. */
  readonly create: (settings: PluginSettings) => ReturnType<Create<Kind>>;
  /** How the vendor speaks. Absent: the plugin has none, and what needs one is skipped. */
  readonly wire?: WireOf<Kind> | undefined;
  /** Up to this one; default 5. Level 1 looks at a package, and is the command's: `npx @parley/conformance`. */
  readonly level?: Level | undefined;
}

/** A rule's own deadline comes first. */
const graceMs = 15_000;

/**
 * Defines a test for each rule of the kind, by its number, in vitest or `node:test`: whichever loads the file.
 *
 * @example
 * ```ts
 * conformance({
 *   plugin: parleyPlugin,
 *   kind: 'stt',
 *   wire: acmeWire,
 *   create: (settings) => parleyPlugin.kinds.stt.create({ name: 'scribe-1' }, settings),
 * });
 * ```
 */
export function conformance<Kind extends ProvableKind>(options: ConformanceOptions<Kind>): void {
  const { plugin, kind, create, wire, level = 5 } = options;
  const runner = whichRunner();
  const all: readonly Rule<Kind>[] = rulesByKind[kind];
  const rules = all.filter(({ id }) => ruleLevel(id) <= level);
  let made: Promise<Subject<Kind>> | undefined;
  const subject = () => (made ??= createSubject({ kind, create, wire }));
  const over = wire === undefined ? '' : ` over ${wire.name}`;
  runner.describe(`conformance of ${plugin?.displayName ?? 'a port'}: ${kind}${over}`, () => {
    for (const rule of rules) {
      runner.test(`${rule.id} ${rule.title}`, { timeoutMs: (rule.deadlineMs ?? 20_000) + graceMs }, async (context) => {
        const [verdict] = await runRules({ subject: await subject(), rules: [rule] });
        if (verdict?.outcome === 'left-out') return context.skip(verdict.reason);
        if (verdict !== undefined && 'message' in verdict) throw new Error(`${rule.id}: ${verdict.message}`);
      });
    }
  });
}
