import type { PackageManifest } from './package-manifest.js';

/** Something that an import did besides. */
export interface Deed {
  readonly area: 'socket' | 'timer' | 'file' | 'environment' | 'process';
  /** `setTimeout`, `readFile /etc/hosts`, `ACME_API_KEY`. */
  readonly what: string;
  /** File, line and column. */
  readonly where: string;
}

/** An instance that was made without a setting. Its functions are the text `[function]`. */
export type MadeInstance = { readonly instance: unknown; readonly isFrozen: boolean } | { readonly error: string };

/** What importing an installed package brought about, in a process of its own. */
export interface ImportFacts {
  readonly importError?: string;
  readonly requireError?: string;
  readonly importDeeds: readonly Deed[];
  readonly createDeeds: readonly Deed[];
  readonly names: readonly string[];
  /** The `parleyPlugin`; undefined if there is none. */
  readonly plugin?: unknown;
  readonly instances: Readonly<Record<string, MadeInstance>>;
  /** What was written to standard output and error, but for Node's own warnings. */
  readonly printed: string;
  /** The process ended by itself. */
  readonly hasEnded: boolean;
}

/** All that rules of level 1 look at. */
export interface PackageFacts {
  readonly manifest: PackageManifest;
  /** Paths in the tarball. */
  readonly packed: readonly string[];
  /** What npm says if it could not be packed or installed. */
  readonly installError?: string;
  readonly import: ImportFacts;
  /** What the compiler says of the package's own types, and of a file that imports them. */
  readonly typeProblems: readonly string[];
  /** Bytes of all that was installed beside it, but for core. */
  readonly installedBytes: number;
}
