import type { PluginSettings } from '@parley/core/provider';

/** Leads to a port that nobody listens on, with a made-up key: for an instance that is looked at and not called, or whose call must fail. */
export const nowhere: Required<PluginSettings> = { baseUrl: 'http://127.0.0.1:9', apiKey: 'key-of-nobody-5f3a' };
