export { createSilero, parleyPlugin } from './silero-provider.js';
export type { SileroSettings } from './silero-settings.js';
