import type { STT, TTS } from '@parley/core/provider';
import { ElevenLabsAccount } from './eleven-labs-account.js';
import { modelNamed, recognitionModels, speechModels } from './eleven-labs-models.js';
import type { ElevenLabsSettings, ElevenLabsSTTOptions, ElevenLabsTTSOptions } from './eleven-labs-settings.js';
import { createRestTTS } from './rest-tts.js';
import { createScribeSTT } from './scribe-stt.js';
import { createSocketTTS } from './socket-tts.js';

/** Makes models of one account. */
export interface ElevenLabsProvider {
  /** Default `eleven_flash_v2_5`; short names such as `flash-v2.5` are known. Close it when it is not needed any more: it keeps a socket. */
  tts(model?: string, options?: ElevenLabsTTSOptions): TTS;
  /** Default `scribe_v2_realtime`. */
  stt(model?: string, options?: ElevenLabsSTTOptions): STT;
}

export const defaultModels = { tts: 'eleven_flash_v2_5', stt: 'scribe_v2_realtime' } as const;

/** Over the shared socket it fails. @see https://github.com/livekit/agents/issues/3235 */
const restOnly = 'eleven_v3';

/**
 * @throws {APIError} "baseUrl" is no address.
 * @example
 * ```ts
 * const elevenLabs = createElevenLabs();
 * const session = new AgentSession({ tts: elevenLabs.tts('flash-v2.5', { voice: 'JBFqnCBsd6RMkjVDRZzb' }), stt: elevenLabs.stt(), llm, vad });
 * ```
 */
export function createElevenLabs(settings: ElevenLabsSettings = {}): ElevenLabsProvider {
  const account = new ElevenLabsAccount(settings);
  return {
    tts: (name = defaultModels.tts, options = {}) => {
      const model = modelNamed(speechModels, name);
      const { transport = model === restOnly ? 'rest' : 'socket' } = options;
      return transport === 'rest' ? createRestTTS(account, model, options) : createSocketTTS(account, model, options);
    },
    stt: (name = defaultModels.stt, options = {}) => createScribeSTT(account, modelNamed(recognitionModels, name), options),
  };
}
