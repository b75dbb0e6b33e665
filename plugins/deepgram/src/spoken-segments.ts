import type { STTEvent, Transcript } from '@parley/core/provider';

type Said = Omit<Transcript, 'segmentId'> & { readonly endMs: number };

/** Names segments, and keeps the rules that hold for them and for speech: final once, begun before it ends, ended once. */
export class SpokenSegments {
  #count = 1;
  #interim: Said | undefined;
  #speechStartMs: number | undefined;
  /** Of the last word in the present speech. */
  #wordEndMs: number | undefined;

  get isSpeech(): boolean {
    return this.#speechStartMs !== undefined;
  }

  *speechStart(atMs: number): Generator<STTEvent, void, void> {
    if (this.isSpeech) return;
    this.#speechStartMs = atMs;
    this.#wordEndMs = undefined;
    yield { type: 'speech-start', atMs };
  }

  /** Where the vendor does not say when the voice ended, after the last word. One that is told of an earlier speech is none of this one. */
  *speechEnd(atMs: number, { isOfWord = false }: { readonly isOfWord?: boolean } = {}): Generator<STTEvent, void, void> {
    const startMs = this.#speechStartMs;
    if (startMs === undefined || (isOfWord && atMs < startMs)) return;
    this.#speechStartMs = undefined;
    yield { type: 'speech-end', atMs: Math.max(startMs, isOfWord ? atMs : (this.#wordEndMs ?? atMs)) };
  }

  *interim(said: Said): Generator<STTEvent, void, void> {
    if (said.text === '') return;
    yield* this.#hear(said);
    this.#interim = said;
    yield { type: 'transcript-interim', segmentId: String(this.#count), ...said };
  }

  /** Without a text it is told only where something waits for it: an interim, or a flush. */
  *final(said: Said, { isAnswer = false }: { readonly isAnswer?: boolean } = {}): Generator<STTEvent, void, void> {
    if (said.text === '' && this.#interim === undefined && !isAnswer) return;
    if (said.text !== '') yield* this.#hear(said);
    this.#interim = undefined;
    yield { type: 'transcript-final', segmentId: String(this.#count), ...said };
    this.#count += 1;
  }

  /** The vendor has said its last: what it left open is as final as it will be. */
  *finish(endMs: number): Generator<STTEvent, void, void> {
    if (this.#interim !== undefined) yield* this.final(this.#interim);
    yield* this.speechEnd(endMs);
  }

  /** The vendor need not tell of speech before it tells of words. */
  *#hear({ startMs, endMs, words }: Said): Generator<STTEvent, void, void> {
    yield* this.speechStart(words?.[0]?.startMs ?? startMs ?? endMs);
    this.#wordEndMs = words?.at(-1)?.endMs ?? this.#wordEndMs;
  }
}
