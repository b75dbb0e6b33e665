import type { JsonObject } from './json.js';

/** By `Provider.provider`: what only that provider understands. It reads its own entry and ignores the rest, so one history serves several. */
export type ProviderMetadata = Readonly<Record<string, JsonObject>>;
