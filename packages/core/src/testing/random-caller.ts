import type { AudioInput } from '../provider/audio-input.js';
import type { TextInput } from '../provider/text-input.js';
import { Channel } from '../stream/channel.js';
import type { RandomStage } from './random-stage.js';
import { createScriptedInput } from './scripted-input.js';
import { scriptedFrameMs } from './utterance.js';

type Message = TextInput['messages'] extends AsyncIterable<infer Message> ? Message : never;

/** A caller who speaks, and writes beside it; at another microphone they go on where they were. */
export class RandomCaller {
  readonly #stage: RandomStage;
  readonly #messages = new Channel<Message>({ capacity: 100 });
  #input: AudioInput | undefined;
  /** Of what is to be said, so much was said at the inputs before. */
  #saidMs = 0;
  #sinceMs = 0;

  constructor(stage: RandomStage) {
    this.#stage = stage;
  }

  get textInput(): TextInput {
    return { messages: this.#messages, [Symbol.asyncDispose]: async () => this.#messages.cancel() };
  }

  write(message: Message): void {
    void this.#messages.push(message);
  }

  /** Takes the place of the one before. */
  createInput(): AudioInput {
    const nowMs = this.#stage.clock.now();
    // A frame that is due at this very instant comes too late.
    if (this.#input !== undefined) this.#saidMs += Math.max(0, Math.ceil((nowMs - this.#sinceMs) / scriptedFrameMs) - 1) * scriptedFrameMs;
    this.#sinceMs = nowMs;
    this.#stage.follow('the input before', this.#input?.[Symbol.asyncDispose]() ?? Promise.resolve());
    const rest = this.#stage.utterances.filter(({ endMs }) => endMs > this.#saidMs);
    this.#input = createScriptedInput(
      rest.map(({ startMs, endMs, ...said }) => ({
        ...said,
        startMs: Math.max(0, startMs - this.#saidMs),
        endMs: endMs - this.#saidMs,
      })),
    );
    return this.#input;
  }
}
