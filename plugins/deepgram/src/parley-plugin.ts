import type { ParleyPlugin } from '@parley/core/provider';

/** The plugin for `registerProvider` and for model strings. */
export const parleyPlugin: ParleyPlugin<Record<never, never>> = {
  specificationVersions: [1],
  provider: 'deepgram',
  displayName: 'Deepgram',
  environment: [{ name: 'DEEPGRAM_API_KEY', required: true, secret: true }],
  kinds: {},
};
