import { AgentSession as Protocol } from '@livekit/protocol';
import type { ByteStreamReader } from '@livekit/rtc-node';
import { type AgentEvent, type AgentEventType, type ModelUsage, realClock } from '@parley/core';
import type { Clock, JobRoom, Logger } from '@parley/core/provider';
import { withDeadline } from '@parley/core/provider-kit';
import { type JoinedRoom, joinedRoom } from '../joined-room.js';
import { readBytes } from '../read-bytes.js';
import { quietLogger } from '../room/quiet-logger.js';
import { answerRequest, type ServedSession } from './answer-request.js';
import { sessionEvent } from './session-event.js';

export interface ServeSessionOptions {
  /** Identities of those who are told and answered; all in the room unless given. */
  readonly to?: readonly string[] | null | undefined;
  readonly logger?: Logger | null | undefined;
  /** The real one by default. */
  readonly clock?: Clock | null | undefined;
}

/** LiveKit's topic: `livekit/agents`, `livekit-agents/livekit/agents/voice/remote_session.py`. */
const topic = 'lk.agent.session';
/** Messages that may wait, while a connection is made anew; then the oldest goes. */
const capacity = 500;
const sendMs = 5000;
const mostBytes = 100_000;

const told = [
  'agent-state-changed',
  'user-state-changed',
  'user-input-transcribed',
  'conversation-item-added',
  'tools-executed',
  'tool-updated',
  'false-interruption',
  'usage-updated',
  'error',
] as const satisfies readonly AgentEventType[];

/**
 * Shows a session's events to the room and answers questions about it, in the protocol of LiveKit's playground. **It shows all**: the history,
 * what tools were called with, the agent's instructions; and lets whoever it shows them to type for the user. For development, or for those
 * named in `to`. Ends with the session; dispose it to end it before.
 *
 * @throws {TypeError} The room was not joined through `@parley/livekit`. @throws {Error} Another session of the room is served already.
 */
export function serveSession(room: JobRoom, session: ServedSession, options: ServeSessionOptions = {}): AsyncDisposable {
  return new SessionServer(joinedRoom(room), session, options);
}

class SessionServer implements AsyncDisposable {
  readonly #joined: JoinedRoom;
  readonly #session: ServedSession;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #to: readonly string[] | undefined;
  readonly #since: number;
  readonly #waiting: { readonly message: Protocol.AgentSessionMessage; readonly to: readonly string[] | undefined }[] = [];
  readonly #onEvent = (event: AgentEvent) => this.#tell(event);
  readonly #onClose = () => void this[Symbol.asyncDispose]();
  #usage: readonly ModelUsage[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(joined: JoinedRoom, session: ServedSession, options: ServeSessionOptions) {
    this.#joined = joined;
    this.#session = session;
    this.#clock = options.clock ?? realClock;
    this.#logger = options.logger ?? quietLogger;
    this.#to = options.to ?? undefined;
    this.#since = this.#clock.date().getTime();
    try {
      joined.room.registerByteStreamHandler(topic, (reader, { identity }) => void this.#receive(reader, identity));
    } catch (cause) {
      throw new Error(`the room has a handler for ${topic} already: one session of it is served at a time`, { cause });
    }
    for (const type of told) session.on(type, this.#onEvent);
    session.on('close', this.#onClose);
  }

  /** What was told is still sent, if the room is there. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) {
      this.#isClosed = true;
      for (const type of told) this.#session.off(type, this.#onEvent);
      this.#session.off('close', this.#onClose);
      this.#joined.room.unregisterByteStreamHandler(topic);
    }
    const onTimeout = () => new Error(`not sent within ${sendMs} ms`);
    // In a room that answers nothing each that waits would take as long.
    await withDeadline(this.#sending ?? Promise.resolve(), { clock: this.#clock, timeoutMs: sendMs, onTimeout }).catch((error: unknown) => {
      this.#logger.log('warn', `messages on ${topic} were not sent before the end`, {
        error: String(error),
        messages: this.#waiting.length,
      });
      this.#waiting.length = 0;
    });
  }

  #tell(event: AgentEvent): void {
    if (event.type === 'usage-updated') this.#usage = event.usage;
    const value = sessionEvent(event);
    if (value !== undefined) this.#send(new Protocol.AgentSessionMessage({ message: { case: 'event', value } }), this.#to);
  }

  async #receive(reader: ByteStreamReader, from: string): Promise<void> {
    try {
      if (this.#isClosed || this.#to?.includes(from) === false) return await reader.close();
      const bytes = await readBytes(reader, mostBytes);
      if (bytes === undefined) return this.#logger.log('warn', `a request of more than ${mostBytes} bytes was not taken`);
      const { message } = Protocol.AgentSessionMessage.fromBinary(bytes);
      if (message.case !== 'request') return;
      const value = await answerRequest(message.value, { session: this.#session, since: this.#since, usage: this.#usage });
      this.#send(new Protocol.AgentSessionMessage({ message: { case: 'response', value } }), [from]);
    } catch (error) {
      this.#logger.log('warn', `a message on ${topic} could not be read`, { error: String(error) });
    }
  }

  #send(message: Protocol.AgentSessionMessage, to: readonly string[] | undefined): void {
    if (this.#isClosed) return;
    this.#waiting.push({ message, to });
    if (this.#waiting.length > capacity) this.#waiting.shift();
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  async #sendAll(): Promise<void> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      const { message, to } = next;
      if (!this.#joined.room.isConnected) continue;
      try {
        const onTimeout = () => new Error(`not sent within ${sendMs} ms`);
        await withDeadline(this.#write(message, to), { clock: this.#clock, timeoutMs: sendMs, onTimeout });
      } catch (error) {
        this.#logger.log('warn', `a message on ${topic} was not sent`, { error: String(error) });
      }
    }
  }

  async #write(message: Protocol.AgentSessionMessage, to: readonly string[] | undefined): Promise<void> {
    const participant = this.#joined.room.localParticipant;
    if (participant === undefined) throw new Error('the room is not connected');
    const stream = await participant.streamBytes({ topic, ...(to !== undefined && { destinationIdentities: [...to] }) });
    await stream.write(message.toBinary());
    await stream.close();
  }
}
