import type { OverridableOptions } from '../agent/agent-options.js';
import { cutVariant, readModelName } from '../agent/model-name.js';
import { providerFault } from '../agent/provider-fault.js';
import type { Clock } from '../provider/clock.js';
import type { PluginKind, PluginKinds, ProviderKinds } from '../provider/plugin.js';
import { withDeadline } from '../stream/deadline.js';
import { holdClock } from '../time/hold-clock.js';
import { findPlugin } from './find-plugin.js';

/** Kinds that an option can name by a string. */
type NamedKind = 'stt' | 'vad' | 'llm' | 'tts';
type Models = { readonly [Kind in NamedKind]: Map<string, ProviderKinds[Kind]> };

const kinds: readonly NamedKind[] = ['stt', 'vad', 'llm', 'tts'];
/** For a plugin's package to be loaded from the disk. */
const loadMs = 10_000;

/** What a session made of the strings that name its models: made once for each string, closed with the session. */
export class NamedModels {
  readonly #clock: Clock;
  readonly #models: Models = { stt: new Map(), vad: new Map(), llm: new Map(), tts: new Map() };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Makes what the options name and is not made yet; an agent's options go before the session's.
   *
   * @throws {Error} One cannot be had: names the option, and what to do. What was made stays, for `close`.
   */
  async make(session: OverridableOptions, agent: OverridableOptions): Promise<void> {
    for (const kind of kinds) {
      const value = this.#lacking(kind, { session, agent });
      if (value !== undefined) await this.#make(kind, value);
    }
  }

  /** Whether there is anything to make. */
  lacks(session: OverridableOptions, agent: OverridableOptions): boolean {
    return kinds.some((kind) => this.#lacking(kind, { session, agent }) !== undefined);
  }

  /** The instance that an option stands for; nothing where it is turned off, or was not made yet. */
  resolve<Kind extends NamedKind>(kind: Kind, value: ProviderKinds[Kind] | string | null | undefined): ProviderKinds[Kind] | undefined {
    return typeof value === 'string' ? this.#models[kind].get(value) : (value ?? undefined);
  }

  /** Closes all that was made, side by side; one that fails is told, and harms no other. */
  async close(onFailure: (error: unknown) => void): Promise<void> {
    const made = kinds.flatMap((kind) => [...this.#models[kind].values()]);
    for (const kind of kinds) this.#models[kind].clear();
    const close = async (model: (typeof made)[number]) => {
      try {
        await model.close?.();
      } catch (error) {
        onFailure(error);
      }
    };
    await Promise.all(made.map(close));
  }

  #lacking(
    kind: NamedKind,
    { session, agent }: { readonly session: OverridableOptions; readonly agent: OverridableOptions },
  ): string | undefined {
    const value = agent[kind] === undefined ? session[kind] : agent[kind];
    return typeof value === 'string' && !this.#models[kind].has(value) ? value : undefined;
  }

  async #make<Kind extends NamedKind>(kind: Kind, text: string): Promise<void> {
    try {
      const provider = readModelName(text)?.provider ?? text;
      const onTimeout = () => new Error(`the package did not load within ${loadMs} ms`);
      const loading = holdClock(this.#clock, () => findPlugin(provider));
      const plugin = await withDeadline(loading, { clock: this.#clock, timeoutMs: loadMs, onTimeout });
      this.#models[kind].set(text, create(kindOf(plugin.kinds, { kind, provider }), { kind, text }));
    } catch (cause) {
      throw new Error(`option "${kind}" is "${text}": ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
  }
}

function kindOf<Kind extends NamedKind>(
  offered: PluginKinds,
  { kind, provider }: { readonly kind: Kind; readonly provider: string },
): PluginKind<ProviderKinds[Kind]> {
  const found: PluginKinds[Kind] = offered[kind];
  if (found !== undefined) return found;
  const others = Object.keys(offered).sort().join(', ');
  throw new Error(`the plugin "${provider}" has no ${kind}; it has ${others === '' ? 'nothing' : others}`);
}

function create<Kind extends NamedKind>(
  plugin: PluginKind<ProviderKinds[Kind]>,
  { kind, text }: { readonly kind: Kind; readonly text: string },
): ProviderKinds[Kind] {
  const isKnown = (name: string) => plugin.models.some((model) => model.name === name || model.aliases?.includes(name) === true);
  const model = readModelName(text)?.model;
  const made = plugin.create(model === undefined ? { name: plugin.defaultModel } : cutVariant(model, isKnown));
  const fault = providerFault(kind, made);
  if (fault !== undefined) throw new Error(`what the plugin made is not usable; it must be ${fault}`);
  return made;
}
