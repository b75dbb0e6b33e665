import type { RemoteParticipant, TextStreamReader } from '@livekit/rtc-node';
import type { Logger, TextInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { JoinedRoom } from '../joined-room.js';
import type { CallerWatch } from './caller-watch.js';

/** Where LiveKit's client components send what a user types. */
const topic = 'lk.chat';
const capacity = 100;
/** Longer than anybody types; nothing says how long a stream may get. */
const mostCharacters = 20_000;
const digits = /^[0-9*#A-D]$/;

type Message = TextInput['messages'] extends AsyncIterable<infer Each> ? Each : never;

export interface CallerTextInputOptions {
  readonly joined: JoinedRoom;
  readonly watch: CallerWatch;
  readonly logger: Logger;
}

/** What the caller types on `lk.chat`, and the keys of their telephone. Of others in the room nothing is taken. */
export class CallerTextInput implements TextInput {
  readonly #options: CallerTextInputOptions;
  readonly #channel: Channel<Message>;
  readonly #onDigit = (_code: number, digit: string, participant: RemoteParticipant) => this.#dial(digit, participant.identity);
  #isClosed = false;

  /** @throws {Error} Somebody else handles `lk.chat` of this room. */
  constructor(options: CallerTextInputOptions) {
    this.#options = options;
    const { joined, logger } = options;
    const onDrop = () => logger.log('warn', `more than ${capacity} messages of the caller waited: the oldest was dropped`);
    this.#channel = new Channel<Message>({ capacity, whenFull: 'drop-oldest', onDrop });
    try {
      joined.room.registerTextStreamHandler(topic, (reader, { identity }) => void this.#receive(reader, identity));
    } catch (cause) {
      const message = `the room has a handler for ${topic} already: one roomIO at a time reads it, another takes { text: { input: false } }`;
      throw new Error(message, { cause });
    }
    joined.room.on('dtmfReceived', this.#onDigit);
  }

  get messages(): AsyncIterable<Message> {
    return this.#channel;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { room } = this.#options.joined;
    room.unregisterTextStreamHandler(topic);
    room.off('dtmfReceived', this.#onDigit);
    this.#channel.end();
  }

  #dial(digit: string, from: string): void {
    if (this.#isFromCaller(from) && digits.test(digit)) void this.#channel.push({ type: 'dtmf', digit });
  }

  async #receive(reader: TextStreamReader, from: string): Promise<void> {
    try {
      if (!this.#isFromCaller(from)) return await reader.close();
      let text = '';
      for await (const part of reader) {
        text += part;
        // Leaving the loop closes the stream.
        if (text.length > mostCharacters) break;
      }
      if (text.length > mostCharacters)
        return this.#options.logger.log('warn', `a message of more than ${mostCharacters} characters was not taken`);
      if (text.trim() !== '') void this.#channel.push({ type: 'text', text, from });
    } catch (error) {
      this.#options.logger.log('warn', 'a message could not be read', { error: String(error) });
    }
  }

  #isFromCaller(identity: string): boolean {
    return !this.#isClosed && this.#options.watch.caller?.identity === identity;
  }
}
