import type { LLM, STT, TTS } from '@parley/core/provider';
import { OpenAIClient } from './openai-client.js';
import { createChatLLM } from './openai-llm.js';
import { createResponsesLLM } from './openai-responses-llm.js';
import type { OpenAILLMOptions, OpenAISettings, OpenAISTTOptions, OpenAITTSOptions } from './openai-settings.js';
import { createTranscriptionSTT } from './openai-stt.js';
import { createSpeechTTS } from './openai-tts.js';

/** Makes models of one account, or of one compatible server; they share its connections. */
export interface OpenAIProvider {
  /** Default `gpt-4.1-mini`. */
  llm(model?: string, options?: OpenAILLMOptions): LLM;
  /** Default `gpt-4o-mini-tts`. */
  tts(model?: string, options?: OpenAITTSOptions): TTS;
  /** Default `gpt-4o-mini-transcribe`. */
  stt(model?: string, options?: OpenAISTTOptions): STT;
}

export const defaultModels = { llm: 'gpt-4.1-mini', tts: 'gpt-4o-mini-tts', stt: 'gpt-4o-mini-transcribe' } as const;

/**
 * @throws {APIError} "baseUrl" is no address.
 * @example
 * ```ts
 * const openai = createOpenAI();
 * const session = new AgentSession({ llm: openai.llm('gpt-4.1-mini'), tts: openai.tts(), stt, vad });
 * const local = createOpenAI({ baseUrl: 'http://localhost:11434/v1', apiKey: 'none' }).llm('llama3.2');
 * ```
 */
export function createOpenAI(settings: OpenAISettings = {}): OpenAIProvider {
  const client = new OpenAIClient(settings);
  return {
    llm: (model = defaultModels.llm, options = {}) =>
      (options.api === 'responses' ? createResponsesLLM : createChatLLM)(client, model, options),
    tts: (model = defaultModels.tts, options = {}) => createSpeechTTS(client, model, options),
    stt: (model = defaultModels.stt, options = {}) => createTranscriptionSTT(client, model, options),
  };
}
