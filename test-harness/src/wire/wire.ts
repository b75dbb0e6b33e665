import type { PluginSettings } from '@parley/core/provider';
import type { VendorConnection } from '../loopback/vendor-connection.js';

/** Where the vendor that is played listens. */
export interface VendorAddress {
  /** Such as `http://127.0.0.1:1234`, or `https:` with TLS; no path. */
  readonly httpUrl: string;
  /** The same for WebSockets: `ws:` or `wss:`. */
  readonly wsUrl: string;
}

/**
 * Of an LLM: `tool-description`, `tool-choice` (as far as it is not `auto`), `parallel-tool-calls`, `response-schema`, `audio` of messages,
 * and `opaque`, which a vendor seals and takes back. Of a TTS: `voice`, `language`, and `word-places`, the places of words in the text given.
 */
export type WireField =
  | 'tool-description'
  | 'tool-choice'
  | 'parallel-tool-calls'
  | 'response-schema'
  | 'audio'
  | 'opaque'
  | 'voice'
  | 'language'
  | 'word-places';

/**
 * How one vendor speaks, for one kind: it turns what a plugin sends into the contract's terms, and the contract's terms into what the
 * vendor would send. The kit plays scripts and faults through it and knows no vendor; the wire knows no rule and no plugin.
 *
 * @typeParam Heard What the plugin asked for or sent.
 * @typeParam Step What the kit has the vendor say.
 */
export interface Wire<Kind extends string, Heard, Step> {
  readonly kind: Kind;
  /** For reports: `openai chat completions`. */
  readonly name: string;
  /** The model given to the plugin's `create`, where it decides which wire is spoken, with a variant after `:` as in a model string; absent: the plugin's default. */
  readonly model?: string;
  /** `http`: each call is an exchange. `websocket`: each call is a socket, or a part of a shared one. */
  readonly transport: 'http' | 'websocket';
  /** Several calls, one after another or side by side, share one connection. */
  readonly sharesConnection: boolean;
  /** The vendor hangs up on a call that sends nothing for so long; absent: it waits. Rules let the time pass on the call's clock. */
  readonly idleLimitMs?: number;
  /** The id that this wire gives every request, where the vendor gives one: plugins report it. */
  readonly requestId?: string;
  /**
   * What this vendor is told, and this wire reads of it: a plugin that leaves out what it was given is at fault. Of what is not named here a
   * rule looks only at what is there. Absent: nothing is named.
   */
  readonly tells?: readonly WireField[];
  /** The plugin's settings that lead it here. `apiKey` is made up by the kit, and looked for in messages afterwards. */
  settings(address: VendorAddress, apiKey: string): PluginSettings;
  /**
   * Serves one connection until it is over. `open` is called for each of the vendor's calls on it: for HTTP once, for a shared socket as
   * often as the plugin begins something. Throws if what the plugin sends is not this vendor's language: a fault of the plugin.
   */
  serve(connection: VendorConnection, open: (call: VendorCall<Heard, Step>) => void): Promise<void>;
  /** How the vendor words an error status: the body, and headers beyond the kit's. */
  errorBody(status: number): { readonly headers: Readonly<Record<string, string>>; readonly body: string };
}

/** One call as the vendor sees it. */
export interface VendorCall<Heard, Step> {
  readonly connection: VendorConnection;
  /** What the plugin sends for this call, in the contract's terms, in order; ends when the plugin says that it is over, or the connection is. */
  readonly heard: AsyncIterable<Heard>;
  /** Says this, at once. */
  send(step: Step | Oddity): Promise<void>;
}

/** What any vendor may come up with, whatever the kind; each in the vendor's own form. */
export type Oddity =
  /** A message of a type that nobody has heard of, well-formed. To be ignored. */
  | { readonly type: 'unknown' }
  /** What is no message at all: broken JSON, a cut event. To be ignored, or a typed error. */
  | { readonly type: 'malformed' }
  /** A well-formed message of an unknown type and this size. */
  | { readonly type: 'large'; readonly sizeBytes: number }
  /** An error that is told within the stream, not by a status. */
  | { readonly type: 'failure'; readonly reason: 'authentication' | 'rate-limit' | 'invalid-request' | 'server' };
