import type { STT, TTS } from '@parley/core/provider';
import { DeepgramAccount } from './deepgram-account.js';
import type { DeepgramSettings, DeepgramSTTOptions, DeepgramTTSOptions } from './deepgram-settings.js';
import { createListenSTT } from './deepgram-stt.js';
import { createSpeakTTS } from './deepgram-tts.js';

/** Makes models of one account. */
export interface DeepgramProvider {
  /** Default `nova-3`; `flux-general-en` and `flux-general-multi` know when a turn is over. */
  stt(model?: string, options?: DeepgramSTTOptions): STT;
  /** The voice is part of the name. Default `aura-2-thalia-en`. */
  tts(model?: string, options?: DeepgramTTSOptions): TTS;
}

export const defaultModels = { stt: 'nova-3', tts: 'aura-2-thalia-en' } as const;

/**
 * @throws {APIError} "baseUrl" is no address.
 * @example
 * ```ts
 * const deepgram = createDeepgram();
 * const session = new AgentSession({ stt: deepgram.stt('flux-general-en'), tts: deepgram.tts('aura-2-thalia-en'), llm });
 * ```
 */
export function createDeepgram(settings: DeepgramSettings = {}): DeepgramProvider {
  const account = new DeepgramAccount(settings);
  return {
    stt: (model = defaultModels.stt, options = {}) => createListenSTT(account, model, options),
    tts: (model = defaultModels.tts, options = {}) => createSpeakTTS(account, model, options),
  };
}
