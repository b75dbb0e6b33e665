import type { AudioFrame } from '../provider/audio-frame.js';
import type { STTInput } from '../provider/stt.js';
import { Channel } from '../stream/channel.js';
import { linkSignals } from '../stream/linked-signal.js';
import { AudioMemory } from './audio-memory.js';
import { keepOpen } from './keep-open.js';
import { forward, type Transcriber, type TranscriberOptions } from './transcriber.js';

/** Audio given from before the voice began: its first sound is weaker than what the VAD calls speech. */
const prerollMs = 300;
/** Longest utterance kept whole; of a longer one the beginning goes. */
const longestUtteranceMs = 60_000;

interface Utterance {
  readonly audio: AudioMemory;
  input: Channel<STTInput>;
  isOver: boolean;
}

/** For an STT that takes one utterance per call: the VAD cuts. Each call is fed while the user speaks, so that little is left to do at the end. */
export class UtteranceTranscriber implements Transcriber {
  readonly #options: TranscriberOptions;
  readonly #recent = new AudioMemory(1000);
  readonly #running = new Set<Promise<void>>();
  #utterance: Utterance | undefined;

  constructor(options: TranscriberOptions) {
    this.#options = options;
  }

  push(frame: AudioFrame): void {
    this.#recent.push(frame);
    const utterance = this.#utterance;
    if (utterance === undefined) return;
    utterance.audio.push(frame);
    void utterance.input.push({ type: 'audio', frame });
  }

  voiceStart(atMs: number): void {
    this.voiceEnd();
    const utterance: Utterance = { audio: new AudioMemory(longestUtteranceMs), input: newInput(), isOver: false };
    for (const frame of this.#recent.since(atMs - prerollMs)) utterance.audio.push(frame);
    this.#utterance = utterance;
    const running = this.#transcribe(utterance).finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  voiceEnd(): void {
    const utterance = this.#utterance;
    if (utterance === undefined) return;
    this.#utterance = undefined;
    utterance.isOver = true;
    utterance.input.end();
  }

  async end(): Promise<void> {
    this.voiceEnd();
    await Promise.all(this.#running);
  }

  #transcribe(utterance: Utterance): Promise<void> {
    const { signal, connect, onEvent, call } = this.#options;
    let isGivenUp = false;
    return keepOpen({
      clock: call().clock,
      signal,
      connect,
      attempt: async () => {
        if (!isGivenUp) await this.#attempt(utterance);
      },
      onFailure: (error, recoverable) => {
        // One utterance lost is not the call lost: the next may go well.
        isGivenUp = !recoverable;
        onEvent({ type: 'error', source: 'stt', error, recoverable });
      },
      onReopened: () => {
        if (!isGivenUp) onEvent({ type: 'recovered', source: 'stt', action: 'sent the utterance again' });
      },
    });
  }

  async #attempt(utterance: Utterance): Promise<void> {
    const options = this.#options;
    using link = linkSignals(options.signal);
    utterance.input.cancel();
    utterance.input = newInput();
    for (const frame of utterance.audio.all()) void utterance.input.push({ type: 'audio', frame });
    if (utterance.isOver) utterance.input.end();
    const stream = options.transcribe({ ...options.call(), signal: link.signal, audio: utterance.input, sampleRate: options.sampleRate });
    for await (const event of stream) forward(event, options);
  }
}

/** As many frames as the longest utterance has at 10 ms each. */
const newInput = (): Channel<STTInput> => new Channel({ capacity: longestUtteranceMs / 10, whenFull: 'drop-oldest' });
