import type { LLM, ParleyPlugin, PluginKind, STT, TTS } from '@parley/core/provider';
import { createOpenAI, defaultModels } from './create-openai.js';

const named = (...names: readonly string[]) => names.map((name) => ({ name }));

/** Before a model's name: it is asked over the Responses API. */
const responses = 'responses/';

/**
 * The plugin for `registerProvider` and for model strings: `openai/gpt-4.1-mini`, or `openai/responses/gpt-4.1-mini` over the Responses API;
 * `openai/gpt-4o-mini-tts:nova` is a voice.
 */
export const parleyPlugin: ParleyPlugin<{ readonly llm: PluginKind<LLM>; readonly tts: PluginKind<TTS>; readonly stt: PluginKind<STT> }> = {
  specificationVersions: [1],
  provider: 'openai',
  displayName: 'OpenAI',
  environment: [
    { name: 'OPENAI_API_KEY', required: true, secret: true },
    { name: 'OPENAI_BASE_URL', required: false, secret: false },
    { name: 'OPENAI_ORG_ID', required: false, secret: false },
    { name: 'OPENAI_PROJECT_ID', required: false, secret: false },
  ],
  kinds: {
    llm: {
      models: named('gpt-4.1-mini', 'gpt-4.1', 'gpt-4.1-nano', 'gpt-4o', 'gpt-4o-mini', 'gpt-5', 'gpt-5-mini', 'gpt-5-nano'),
      defaultModel: defaultModels.llm,
      create: ({ name }, settings) =>
        name.startsWith(responses)
          ? createOpenAI(settings).llm(name.slice(responses.length), { api: 'responses' })
          : createOpenAI(settings).llm(name),
    },
    tts: {
      models: named('gpt-4o-mini-tts', 'tts-1', 'tts-1-hd'),
      defaultModel: defaultModels.tts,
      create: ({ name, variant }, settings) => createOpenAI(settings).tts(name, { voice: variant }),
    },
    stt: {
      models: named('gpt-4o-mini-transcribe', 'gpt-4o-transcribe', 'whisper-1'),
      defaultModel: defaultModels.stt,
      create: ({ name }, settings) => createOpenAI(settings).stt(name),
    },
  },
};
