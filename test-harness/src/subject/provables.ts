import type { LLM, ProviderKinds, RealtimeModel, STT, Toolset, TTS, TurnDetector, VAD } from '@parley/core/provider';
import type { AudioInputEnds } from '../ends/audio-input-ends.js';
import type { AudioOutputEnds } from '../ends/audio-output-ends.js';
import type { DispatcherEnds } from '../ends/dispatcher-ends.js';
import type { LLMHeard, LLMStep } from '../wire/llm-wire.js';
import type { RealtimeHeard, RealtimeStep } from '../wire/realtime-wire.js';
import type { STTHeard, STTStep } from '../wire/stt-wire.js';
import type { ToolsetHeard, ToolsetStep } from '../wire/toolset-wire.js';
import type { TTSHeard, TTSStep } from '../wire/tts-wire.js';
import type { Wire } from '../wire/wire.js';

/** What is proven of one kind: the thing itself, and how its vendor is spoken to. */
interface Provable<Instance, Heard = never, Step = never> {
  readonly instance: Instance;
  readonly heard: Heard;
  readonly step: Step;
}

/** All that has rules: the kinds of a plugin, and the ports through which a call goes, these with their other end in the kit's hands. */
export interface Provables {
  readonly llm: Provable<LLM, LLMHeard, LLMStep>;
  readonly stt: Provable<STT, STTHeard, STTStep>;
  readonly tts: Provable<TTS, TTSHeard, TTSStep>;
  readonly vad: Provable<VAD>;
  readonly 'turn-detector': Provable<TurnDetector>;
  readonly 'realtime-model': Provable<RealtimeModel, RealtimeHeard, RealtimeStep>;
  readonly toolset: Provable<Toolset, ToolsetHeard, ToolsetStep>;
  readonly 'audio-input': Provable<AudioInputEnds>;
  readonly 'audio-output': Provable<AudioOutputEnds>;
  readonly dispatcher: Provable<DispatcherEnds>;
}

export type ProvableKind = keyof Provables;
/** Those that a plugin offers. */
export type PluginKindName = keyof ProviderKinds;

export type InstanceOf<Kind extends ProvableKind> = Provables[Kind]['instance'];
export type HeardOf<Kind extends ProvableKind> = Provables[Kind]['heard'];
export type StepOf<Kind extends ProvableKind> = Provables[Kind]['step'];
export type WireOf<Kind extends ProvableKind> = Wire<Kind, HeardOf<Kind>, StepOf<Kind>>;
