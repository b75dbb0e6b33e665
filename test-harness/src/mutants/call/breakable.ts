import type { LLMEvent, LLMRequest, PluginSettings, STTEvent, STTRequest, TTSEvent, TTSRequest } from '@parley/core/provider';
import type { CallKind } from '../../rules/call/manner.js';
import type { InstanceOf, WireOf } from '../../subject/provables.js';

interface Streams {
  readonly llm: { readonly request: LLMRequest; readonly event: LLMEvent };
  readonly stt: { readonly request: STTRequest; readonly event: STTEvent };
  readonly tts: { readonly request: TTSRequest; readonly event: TTSEvent };
}
export type RequestOf<Kind extends CallKind> = Streams[Kind]['request'];
export type EventOf<Kind extends CallKind> = Streams[Kind]['event'];
export type Start<Kind extends CallKind> = (request: RequestOf<Kind>) => AsyncIterable<EventOf<Kind>>;

/** A correct plugin, and a way to come between it and its caller. */
export interface Breakable<Kind extends CallKind> {
  readonly kind: Kind;
  readonly prefix: 'LLM' | 'STT' | 'TTS';
  readonly wire: WireOf<Kind>;
  create(settings: PluginSettings): InstanceOf<Kind>;
  /** The same instance, with its stream started by `around`. */
  withStart(instance: InstanceOf<Kind>, around: (start: Start<Kind>) => Start<Kind>): InstanceOf<Kind>;
}
