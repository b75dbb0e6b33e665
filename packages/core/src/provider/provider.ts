import type { Clock } from './clock.js';

export interface Provider<Kind extends string, Capabilities> {
  readonly specificationVersion: 1;
  readonly kind: Kind;
  /** Such as `deepgram`: for logs, metrics, errors, prices. */
  readonly provider: string;
  /** For a toolset, the server's name. */
  readonly model: string;
  readonly capabilities: Readonly<Capabilities>;
  /** Opens what the first call would otherwise wait for. May be called often; a rejection is logged and no more. */
  prewarm?(options: { readonly signal: AbortSignal; readonly clock: Clock }): Promise<void>;
  /** Ends all calls and closes all connections. Safe to call twice. */
  close?(): Promise<void>;
}
