import { APIError, type LLM, type ParleyPlugin, type PluginKind, type STT, type TTS } from '@parley/core/provider';
import { defaultRules } from './rules/default-rules.js';
import { createFliteTTS, readFliteVoice } from './flite/flite-tts.js';
import { createLocal } from './local-provider.js';

/**
 * The plugin for `registerProvider` and for model strings. `local/flite:slt` is a voice. `local/grammar` and `local/rules` know a few words
 * only (yes, no, digits, help), to try a call with: an application gives its own rules to `createLocal`.
 */
export const parleyPlugin: ParleyPlugin<{ readonly stt: PluginKind<STT>; readonly tts: PluginKind<TTS>; readonly llm: PluginKind<LLM> }> = {
  specificationVersions: [1],
  provider: 'local',
  displayName: 'Local (offline, by grammar and rules)',
  environment: [],
  kinds: {
    stt: {
      models: [{ name: 'grammar' }],
      defaultModel: 'grammar',
      create: ({ name }) => only('grammar', name, () => createLocal(defaultRules).stt()),
    },
    tts: {
      models: [{ name: 'flite' }],
      defaultModel: 'flite',
      create: ({ name, variant }) =>
        only('flite', name, () => createFliteTTS({ voice: variant === undefined ? null : readFliteVoice(variant) })),
    },
    llm: {
      models: [{ name: 'rules' }],
      defaultModel: 'rules',
      create: ({ name }) => only('rules', name, () => createLocal(defaultRules).llm()),
    },
  },
};

function only<Instance>(known: string, name: string, create: () => Instance): Instance {
  if (name === known) return create();
  throw new APIError(`there is no model '${name}': the only one is '${known}'`, {
    kind: 'unsupported',
    provider: 'local',
    retryable: false,
  });
}
