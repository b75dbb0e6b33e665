import type { ProvableKind } from './provables.js';

/** Each kind, and what its rules' ids begin with. */
export const idPrefixes: { readonly [Kind in ProvableKind]: string } = {
  llm: 'LLM',
  stt: 'STT',
  tts: 'TTS',
  vad: 'VAD',
  'turn-detector': 'TURN',
  'realtime-model': 'REALTIME',
  toolset: 'TOOLSET',
  'audio-input': 'AUDIO-IN',
  'audio-output': 'AUDIO-OUT',
  dispatcher: 'DISPATCH',
};

const isKind = (name: string): name is ProvableKind => Object.hasOwn(idPrefixes, name);

/** Through which a call goes, and which no plugin offers. */
export const isPort = (kind: ProvableKind): kind is 'audio-input' | 'audio-output' | 'dispatcher' =>
  kind === 'audio-input' || kind === 'audio-output' || kind === 'dispatcher';

export const provableKinds: readonly ProvableKind[] = Object.keys(idPrefixes).filter(isKind);
