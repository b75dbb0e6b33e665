export { createElevenLabs, type ElevenLabsProvider } from './create-eleven-labs.js';
export type { ElevenLabsSettings, ElevenLabsSTTOptions, ElevenLabsTTSOptions, ElevenLabsVoiceSettings } from './eleven-labs-settings.js';
export { parleyPlugin } from './parley-plugin.js';
