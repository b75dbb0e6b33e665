import type { RuleText } from '../rules/rule.js';
import type { PackageFacts } from './package-facts.js';

/** A rule of level 1: it holds of facts that were gathered once. */
export interface PackageRule extends RuleText {
  readonly leftOut?: (facts: PackageFacts) => string | undefined;
  /** Throws a `Violation`. */
  readonly prove: (facts: PackageFacts) => void;
}

export const notInstalled = ({ installError }: PackageFacts): string | undefined =>
  installError === undefined ? undefined : 'it could not be installed';

export const notImported = (facts: PackageFacts): string | undefined =>
  notInstalled(facts) ?? (facts.import.importError === undefined ? undefined : 'it could not be imported');

export const noPlugin = (facts: PackageFacts): string | undefined =>
  notImported(facts) ?? (facts.import.plugin === undefined ? 'it exports no parleyPlugin' : undefined);
