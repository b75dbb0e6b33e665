import type { CallOptions, LLMEvent, ProviderMetadata, STTEvent, TTSEvent, Usage } from '@parley/core/provider';
import type { HeardOf, InstanceOf, StepOf } from '../../subject/provables.js';
import type { Subject } from '../../subject/subject.js';
import type { Play } from '../../wire/play-vendor.js';
import type { VendorCall } from '../../wire/wire.js';

/** Kinds whose calls are streams that a vendor answers: what is said of one of them here is said of all. */
export type CallKind = 'llm' | 'stt' | 'tts';
export type CallEvent = LLMEvent | STTEvent | TTSEvent;
export type CallPlay<Kind extends CallKind> = Play<HeardOf<Kind>, StepOf<Kind>>;
export type CallAtVendor<Kind extends CallKind> = VendorCall<HeardOf<Kind>, StepOf<Kind>>;

/** What a call of the rules is made of. */
export interface CallInput {
  /** 1 to 9: tells one call from another, in what is asked and in what is answered. */
  readonly mark: number;
  /** What the caller gives does not end: so it is with a call that is under way. Kinds without such an input take no notice. */
  readonly staysOpen?: boolean | undefined;
  readonly providerOptions?: ProviderMetadata | undefined;
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** How the rules that LLM, STT and TTS share make a call of one kind, and how they have its vendor answer. */
export interface Manner<Kind extends CallKind> {
  readonly prefix: 'LLM' | 'STT' | 'TTS';
  /** A small call: a sentence asked, a fifth of a second of audio, a sentence to say. */
  start(instance: InstanceOf<Kind>, options: CallOptions, input: CallInput): AsyncIterable<CallEvent>;
  /** Waits until the vendor has all that it needs to answer. @returns The call's mark; 0 if it is none of the rules'. */
  hear(call: CallAtVendor<Kind>): Promise<number>;
  /** The beginning of an answer, from which an event follows. */
  begin(call: CallAtVendor<Kind>, mark: number): Promise<void>;
  /** A further part of an answer that has begun. */
  goOn(call: CallAtVendor<Kind>, mark: number): Promise<void>;
  /** The rest of an answer that has begun, and its end. */
  finish(call: CallAtVendor<Kind>, mark: number): Promise<void>;
  /** An answer can come in parts. False: it is one piece, and there is no middle of it. */
  hasParts(subject: Subject<Kind>): boolean;
  /** An answer that breaks off in the middle can be told from one that is complete. */
  hasMarker(subject: Subject<Kind>): boolean;
  /** How many of the further parts have arrived; of audio up to 60 ms may be waiting for a frame to be full. */
  partsOf(events: readonly CallEvent[]): number;
  /** What was said or heard, to be compared with `expected`. */
  content(events: readonly CallEvent[]): string;
  /** Of an answer that is complete, with so many further parts between its beginning and its end. */
  expected(mark: number, parts?: number): string;
  /** Of one that has only begun. */
  begun(mark: number): string;
  /**
   * What is wrong with the usage of calls, added up; undefined if nothing is.
   *
   * @param calls How many were answered whole; undefined: one was broken off.
   */
  usageFault(total: Usage, calls: number | undefined): string | undefined;
  /** Why an event is not as the contract has it; undefined if it is. */
  fault(event: CallEvent): string | undefined;
}
