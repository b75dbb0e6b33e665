export { createOpenAI, type OpenAIProvider } from './create-openai.js';
export type { OpenAILLMOptions, OpenAISettings, OpenAISTTOptions, OpenAITTSOptions } from './openai-settings.js';
export { parleyPlugin } from './parley-plugin.js';
