import { Agent } from '../agent/agent.js';
import { Hearing } from '../hearing/hearing.js';
import type { HearingEvent } from '../hearing/hearing-event.js';
import type { AudioChunk, AudioInput } from '../provider/audio-input.js';
import type { SessionContext } from './session-context.js';
import { connectOptionsFor } from './session-options.js';

/** Has the present agent's VAD and STT listen to the caller, and tells the session what they hear. */
export class HearingRunner {
  readonly #context: SessionContext;
  readonly #onInputEnded: () => void;
  #hearing: Hearing | undefined;
  #reader: AsyncIterator<AudioChunk> | undefined;

  constructor(context: SessionContext, onInputEnded: () => void) {
    this.#context = context;
    this.#onInputEnded = onInputEnded;
  }

  /** Starts anew with what the present agent listens with. */
  open(): void {
    this.#hearing?.close();
    const { resolved, agent, options, call } = this.#context;
    const { vad, stt } = resolved();
    const present = agent();
    const isOverridden = present.sttNode !== Agent.prototype.sttNode;
    this.#hearing = new Hearing({
      vad,
      stt,
      transcribe: (request) => (stt !== undefined && !isOverridden ? stt.transcribe(request) : present.sttNode(request)),
      connect: connectOptionsFor(options, 'stt'),
      call,
      onEvent: (event) => this.#onEvent(event),
    });
  }

  /** Reads this input from now on, for whoever listens at the time. Never rejects. */
  async listen(input: AudioInput): Promise<void> {
    this.#leave();
    const { call, report } = this.#context;
    const reader = input.read({ sampleRates: this.#hearing?.sampleRates ?? [], clock: call().clock })[Symbol.asyncIterator]();
    this.#reader = reader;
    try {
      for (let next = await reader.next(); next.done !== true; next = await reader.next()) {
        if (this.#reader !== reader) return;
        const wait = this.#hearing?.take(next.value);
        if (wait !== undefined) await wait;
      }
    } catch (error) {
      if (this.#reader === reader) report('audio-input', error, false);
    }
    if (this.#reader === reader) this.#onInputEnded();
  }

  setMuted(isMuted: boolean): void {
    this.#hearing?.setMuted(isMuted);
  }

  flush(): void {
    this.#hearing?.flush();
  }

  async end(): Promise<void> {
    this.#leave();
    await this.#hearing?.end();
  }

  async close(): Promise<void> {
    this.#leave();
    this.#hearing?.close();
    await this.#hearing?.end();
  }

  /** Stops reading. Not waited for: an input that is silent answers only when it is closed. */
  #leave(): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.return?.().then(undefined, () => {});
  }

  #onEvent(event: HearingEvent): void {
    const { core, report, addUsage, succeeded } = this.#context;
    switch (event.type) {
      case 'usage':
        return addUsage({ kind: 'stt', provider: event.provider, model: event.model, usage: event.usage });
      case 'error':
        return report(event.source, event.error, event.recoverable);
      case 'recovered':
        return core.emit({ type: 'recovered', source: event.source, action: event.action });
      case 'transcript-interim':
      case 'transcript-final':
        if (event.type === 'transcript-final' && event.text !== '') succeeded();
        core.dispatch(event);
        return this.#showUser(event);
      default:
        return core.dispatch(event);
    }
  }

  #showUser(event: Extract<HearingEvent, { readonly type: 'transcript-interim' | 'transcript-final' }>): void {
    const { segmentId, text, type } = event;
    this.#context.transcripts()?.write({ speaker: 'user', segmentId, text, final: type === 'transcript-final' });
  }
}
