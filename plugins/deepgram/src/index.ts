export { createDeepgram, type DeepgramProvider } from './create-deepgram.js';
export type { DeepgramSettings, DeepgramSTTOptions, DeepgramTTSOptions } from './deepgram-settings.js';
export { parleyPlugin } from './parley-plugin.js';
