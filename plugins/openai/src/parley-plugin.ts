import type { ParleyPlugin } from '@parley/core/provider';

/** The plugin for `registerProvider` and for model strings. */
export const parleyPlugin: ParleyPlugin<Record<never, never>> = {
  specificationVersions: [1],
  provider: 'openai',
  displayName: 'OpenAI',
  environment: [{ name: 'OPENAI_API_KEY', required: true, secret: true }],
  kinds: {},
};
