import type { Clock, PluginSettings } from '@parley/core/provider';
import type { InstanceOf, ProvableKind, WireOf } from './provables.js';

/** `baseUrl` and `apiKey` lead an instance to the vendor that the kit plays; they are absent where no vendor is. */
export interface CreateSettings extends PluginSettings {
  /** The clock of the calls that follow: for a port, which is given none in a call. */
  readonly clock: Clock;
}

/** Makes an instance. */
export type Create<Kind extends ProvableKind> = (settings: CreateSettings) => InstanceOf<Kind> | Promise<InstanceOf<Kind>>;

/** What is proven. */
export interface Subject<Kind extends ProvableKind> {
  readonly kind: Kind;
  /** For reports: `openai/gpt-4.1-mini over openai chat completions`. */
  readonly name: string;
  /** A new instance at each call; whoever makes it closes it: rules use `trial.create`. */
  readonly create: Create<Kind>;
  /** How its vendor speaks. Absent: it has none (a local model), and what needs one is left out. */
  readonly wire?: WireOf<Kind> | undefined;
  /** An instance that was made to see what it declares (`subject.declared.capabilities`), and closed: it is never called. */
  readonly declared: InstanceOf<Kind>;
}
