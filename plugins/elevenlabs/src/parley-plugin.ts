import type { ParleyPlugin, PluginKind, STT, TTS } from '@parley/core/provider';
import { createElevenLabs, defaultModels } from './create-eleven-labs.js';
import { recognitionModels, speechModels } from './eleven-labs-models.js';

/**
 * The plugin for `registerProvider` and for model strings: `elevenlabs/flash-v2.5:JBFqnCBsd6RMkjVDRZzb`, where the last part is a voice, and
 * `elevenlabs/scribe_v2_realtime`.
 */
export const parleyPlugin: ParleyPlugin<{ readonly tts: PluginKind<TTS>; readonly stt: PluginKind<STT> }> = {
  specificationVersions: [1],
  provider: 'elevenlabs',
  displayName: 'ElevenLabs',
  environment: [
    { name: 'ELEVENLABS_API_KEY', required: true, secret: true },
    { name: 'ELEVEN_API_KEY', required: false, secret: true },
  ],
  kinds: {
    tts: {
      models: speechModels,
      defaultModel: defaultModels.tts,
      create: ({ name, variant }, settings) => createElevenLabs(settings).tts(name, { voice: variant }),
    },
    stt: {
      models: recognitionModels,
      defaultModel: defaultModels.stt,
      create: ({ name }, settings) => createElevenLabs(settings).stt(name),
    },
  },
};
