import {
  type APIError,
  APITimeoutError,
  type STTEvent,
  type STTInput,
  type STTRequest,
  type Transcript,
  type WordTiming,
} from '@parley/core/provider';
import { Channel, closeError, KeepAlive, pcmBytes, SentAudio, type Socket } from '@parley/core/provider-kit';
import type { ElevenLabsSTTOptions } from './eleven-labs-settings.js';
import { audioChunk, readScribeMessage, type ScribeMessage, type ScribeWord } from './scribe-message.js';
import { provider, unsupported, vendorFailure } from './vendor-error.js';

/** The vendor hangs up on who is silent. */
const keepAliveMs = 10_000;
/** From the end of the audio: after that, what was not made final is lost, and the call has failed. */
const lastFinalMs = 5000;
/**
 * Where the vendor commits too, a transcript does not say which commit it answers: after what seems to be the last, another may be on its way.
 * Longer than one takes, as a rule, and short enough for a call that is over.
 */
const settleMs = 500;
/** Events that wait to be read before the vendor is held up: the socket is this call's alone. */
const mostWaiting = 256;
/** Too little audio for a commit of its own: nothing was said in it, and the session goes on. */
const tooShort = 'commit_throttled';

export interface ScribeSessionOptions {
  readonly socket: Socket;
  readonly request: STTRequest;
  readonly model: string;
  readonly options: ElevenLabsSTTOptions;
  readonly secrets: readonly string[];
}

/** One call of recognition, from its first audio to its last final. */
export class ScribeSession implements Disposable {
  readonly #options: ScribeSessionOptions;
  readonly #out = new Channel<STTEvent>({ capacity: mostWaiting });
  readonly #sent: SentAudio;
  readonly #keepAlive: KeepAlive;
  /** Where on the time line commits were made that have no answer so far. */
  readonly #commitsMs: number[] = [];
  /** Of what was sent, so much stands under a commit, and so much was reported. */
  #committedMs = 0;
  #reportedMs = 0;
  #segment = 1;
  /** Something was understood that is not final. */
  #hasInterim = false;
  #hasInputEnded = false;
  /** All is answered: what the vendor had sent by then still comes before it closes its side. */
  #isClosing = false;
  #isDone = false;
  #cancelDeadline = () => {};
  #cancelSettle = () => {};

  constructor(options: ScribeSessionOptions) {
    this.#options = options;
    const { request, socket } = options;
    this.#sent = new SentAudio(request.sampleRate);
    const alive = audioChunk('', { commit: false, sampleRate: request.sampleRate });
    this.#keepAlive = new KeepAlive({ clock: request.clock, intervalMs: keepAliveMs, send: () => socket.send(alive) });
  }

  /** What is understood, in order; then, in any case, what it cost. */
  async *events(): AsyncGenerator<STTEvent, void, void> {
    // Failures of both reach the reader by way of the channel.
    void this.#feed();
    void this.#listen();
    yield* this.#out;
    const usage = this.#usage();
    if (usage !== undefined) yield usage;
  }

  [Symbol.dispose](): void {
    this.#stop();
    this.#out.cancel();
  }

  /** Never rejects. */
  async #feed(): Promise<void> {
    try {
      for await (const input of this.#options.request.audio) {
        if (this.#isDone) return;
        this.#give(input);
      }
      this.#endInput();
    } catch (error) {
      this.#fail(error);
    }
  }

  #give(input: STTInput): void {
    const { request, socket } = this.#options;
    if (input.type === 'flush') {
      if (this.#sent.sentMs > this.#committedMs) return this.#commit();
      // There is nothing to ask about.
      if (this.#commitsMs.length === 0) void this.#final({ text: '', endMs: this.#sent.endMs });
      return;
    }
    if (input.type === 'update') throw unsupported('no setting can be changed within a call: open another');
    const { frame } = input;
    if (frame.sampleRate !== request.sampleRate || frame.channels !== 1)
      throw unsupported(
        `audio came at ${frame.sampleRate} Hz in ${frame.channels} channels: the call said ${request.sampleRate} Hz, and takes one`,
      );
    // A message without audio would be taken for a keep-alive.
    if (frame.samples.length === 0) return;
    this.#sent.frame(frame);
    this.#keepAlive.touch();
    socket.send(audioChunk(base64Of(frame.samples), { commit: false, sampleRate: frame.sampleRate }));
  }

  #commit(): void {
    const { request, socket } = this.#options;
    this.#commitsMs.push(this.#sent.endMs);
    this.#committedMs = this.#sent.sentMs;
    this.#keepAlive.touch();
    socket.send(audioChunk('', { commit: true, sampleRate: request.sampleRate }));
  }

  #endInput(): void {
    if (this.#isDone) return;
    this.#hasInputEnded = true;
    this.#cancelDeadline = this.#options.request.clock.after(lastFinalMs, () => {
      if (this.#isAllFinal) this.#end();
      else this.#fail(new APITimeoutError(`the last transcript was not final within ${lastFinalMs} ms`, { provider }));
    });
    if (this.#sent.sentMs > this.#committedMs) this.#commit();
    this.#closeIfFinal();
  }

  /** The vendor has no word for it: its answer to the last commit is it, and where it commits by itself, that no interim is open. */
  get #isAllFinal(): boolean {
    if (this.#isClosing) return true;
    return this.#hasInputEnded && this.#commitsMs.length === 0 && !(this.#commitsItself && this.#hasInterim);
  }

  get #commitsItself(): boolean {
    return this.#options.options.commitStrategy === 'vad';
  }

  #closeIfFinal(): void {
    this.#cancelSettle();
    if (this.#isClosing || !this.#isAllFinal) return;
    const isAmbiguous = this.#commitsItself && this.#sent.sentMs > 0;
    if (isAmbiguous) this.#cancelSettle = this.#options.request.clock.after(settleMs, () => this.#close());
    else this.#close();
  }

  #close(): void {
    this.#isClosing = true;
    this.#keepAlive[Symbol.dispose]();
    this.#options.socket.close();
  }

  #end(): void {
    if (this.#isDone) return;
    this.#stop();
    this.#out.end();
  }

  #stop(): void {
    this.#isDone = true;
    this.#keepAlive[Symbol.dispose]();
    this.#cancelDeadline();
    this.#cancelSettle();
  }

  /** Never rejects. */
  async #listen(): Promise<void> {
    const { socket, secrets } = this.#options;
    for await (const message of socket.messages) {
      const read = readScribeMessage(message);
      if (read === undefined || this.#isDone) continue;
      const room = this.#take(read);
      if (room !== undefined) await room;
    }
    const close = await socket.closed;
    if (this.#isAllFinal) this.#end();
    else this.#fail(closeError(close, { provider, secrets }));
  }

  #take(message: ScribeMessage): Promise<void> | undefined {
    const { model, options } = this.#options;
    switch (message.type) {
      case 'session':
        return this.#out.push({ type: 'response-metadata', ...(message.id === '' ? {} : { requestId: message.id }), model });
      case 'partial':
        return this.#interim(message.text);
      case 'committed':
        return message.isTimed === (options.wordTimings === true) ? this.#committed(message) : undefined;
      case 'error':
        if (message.code === tooShort && this.#commitsMs.length > 0) return this.#committed({ text: '', words: [] });
        this.#fail(this.#failureOf(message.code));
        return undefined;
    }
  }

  #failureOf(code: string): APIError {
    const { requestId } = this.#options.socket;
    return vendorFailure(code, requestId === undefined ? {} : { requestId });
  }

  #interim(given: string): Promise<void> | undefined {
    const text = given.trim();
    if (text === '') return undefined;
    this.#hasInterim = true;
    this.#cancelSettle();
    return this.#out.push({ type: 'transcript-interim', segmentId: String(this.#segment), text, ...this.#language() });
  }

  #committed({ text, words, language }: Pick<Extract<ScribeMessage, { readonly type: 'committed' }>, 'text' | 'words' | 'language'>) {
    const committedMs = this.#commitsMs.shift() ?? this.#sent.endMs;
    const timed = words.map((word) => this.#timing(word));
    const [first, last] = [timed[0], timed.at(-1)];
    const room = this.#final({
      text: text.trim(),
      endMs: last?.endMs ?? committedMs,
      ...(first === undefined ? {} : { startMs: first.startMs, words: timed }),
      ...(language === undefined ? {} : { language }),
    });
    this.#closeIfFinal();
    return room;
  }

  #final(transcript: Omit<Transcript, 'segmentId'> & { readonly endMs: number }): Promise<void> | undefined {
    const usage = this.#usage();
    if (usage !== undefined) void this.#out.push(usage);
    this.#hasInterim = false;
    const segmentId = String(this.#segment);
    this.#segment += 1;
    return this.#out.push({ type: 'transcript-final', segmentId, ...this.#language(), ...transcript });
  }

  #timing({ text, startSeconds, endSeconds, confidence }: ScribeWord): WordTiming {
    const startMs = this.#sent.startAt(startSeconds * 1000);
    const endMs = Math.max(startMs, this.#sent.endAt(endSeconds * 1000));
    return { text, startMs, endMs, ...(confidence === undefined ? {} : { confidence }) };
  }

  #language(): { readonly language?: string } {
    const { language } = this.#options.request;
    return language === undefined ? {} : { language };
  }

  #usage(): STTEvent | undefined {
    const audioMs = this.#sent.sentMs - this.#reportedMs;
    this.#reportedMs = this.#sent.sentMs;
    return audioMs > 0 ? { type: 'usage', usage: { audioMs } } : undefined;
  }

  #fail(error: unknown): void {
    if (this.#isDone || this.#isClosing) return;
    this.#stop();
    this.#out.fail(error);
  }
}

function base64Of(samples: Int16Array): string {
  const { buffer, byteOffset, byteLength } = pcmBytes(samples);
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}
