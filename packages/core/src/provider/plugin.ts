import type { LLM } from './llm.js';
import type { Logger } from './logger.js';
import type { RealtimeModel } from './realtime-model.js';
import type { STT } from './stt.js';
import type { Toolset } from './toolset.js';
import type { TTS } from './tts.js';
import type { TurnDetector } from './turn-detector.js';
import type { VAD } from './vad.js';

/** Kinds and what `create` makes of them. */
export interface ProviderKinds {
  readonly llm: LLM;
  readonly stt: STT;
  readonly tts: TTS;
  readonly vad: VAD;
  readonly 'turn-detector': TurnDetector;
  readonly 'realtime-model': RealtimeModel;
  readonly toolset: Toolset;
}

/** Tells one from another by `kind`. */
export type AnyProvider = ProviderKinds[keyof ProviderKinds];

export interface PluginKind<Instance> {
  /** Known names and aliases; unknown ones are passed on. The part after `:` in a model string is `variant` (language, voice). */
  readonly models: readonly { readonly name: string; readonly aliases?: readonly string[] }[];
  readonly defaultModel: string;
  create(model: { readonly name: string; readonly variant?: string }, settings?: PluginSettings): Instance;
}

export type PluginKinds = { readonly [Kind in keyof ProviderKinds]?: PluginKind<ProviderKinds[Kind]> };

/** What core and the kit may set from outside; all else is the plugin's own maker's. */
export interface PluginSettings {
  readonly baseUrl?: string;
  readonly apiKey?: string;
}

/** Each plugin exports this as `parleyPlugin`: model strings, the kit's command line, catalogues and editors read it. */
export interface ParleyPlugin<Kinds extends PluginKinds = PluginKinds> {
  readonly specificationVersions: readonly 1[];
  readonly provider: string;
  readonly displayName: string;
  /** Names only, never values; `parley doctor` says which are set. */
  readonly environment: readonly { readonly name: string; readonly required: boolean; readonly secret: boolean }[];
  /** A plugin says what it has, `ParleyPlugin<{ readonly stt: PluginKind<STT> }>`; a reader that knows no plugin says `ParleyPlugin`. */
  readonly kinds: Kinds;
  /**
   * Fetches what its providers would else fetch at their first call, models say, to where they look for it; `parley download-files` calls it.
   * Absent: all comes with the package.
   *
   * @returns Paths of what was fetched; empty if all was there. Rejects if it could not.
   */
  downloadFiles?(options: { readonly signal: AbortSignal; readonly logger: Logger }): Promise<readonly string[]>;
}
