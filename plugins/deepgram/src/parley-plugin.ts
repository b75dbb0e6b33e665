import type { ParleyPlugin, PluginKind, STT, TTS } from '@parley/core/provider';
import { createDeepgram, defaultModels } from './create-deepgram.js';

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

/**
 * The plugin for `registerProvider` and for model strings: `deepgram/nova-3:en` is a language; a voice is its model's name,
 * `deepgram/aura-2-thalia-en`, and `deepgram/aura-2-thalia-en:rest` has it over requests in place of sockets.
 */
export const parleyPlugin: ParleyPlugin<{ readonly stt: PluginKind<STT>; readonly tts: PluginKind<TTS> }> = {
  specificationVersions: [1],
  provider: 'deepgram',
  displayName: 'Deepgram',
  environment: [{ name: 'DEEPGRAM_API_KEY', required: true, secret: true }],
  kinds: {
    stt: {
      models: named('nova-3', 'nova-3-medical', 'nova-2', 'nova-2-phonecall', 'flux-general-en', 'flux-general-multi'),
      defaultModel: defaultModels.stt,
      create: ({ name, variant }, settings) => createDeepgram(settings).stt(name, { language: variant }),
    },
    tts: {
      models: named(
        'aura-2-thalia-en',
        'aura-2-andromeda-en',
        'aura-2-apollo-en',
        'aura-2-arcas-en',
        'aura-2-helena-en',
        'aura-2-zeus-en',
        'aura-asteria-en',
      ),
      defaultModel: defaultModels.tts,
      create: ({ name, variant }, settings) => createDeepgram(settings).tts(name, { transport: transportOf(variant) }),
    },
  },
};

function transportOf(variant: string | undefined): 'rest' | 'websocket' {
  if (variant === undefined || variant === 'websocket') return 'websocket';
  if (variant === 'rest') return 'rest';
  throw new RangeError(`the voice is part of the model's name; after ":" comes "rest" or "websocket", not "${variant}"`);
}
