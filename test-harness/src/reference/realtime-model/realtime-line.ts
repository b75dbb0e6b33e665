import {
  APIError,
  APITimeoutError,
  type AudioFrame,
  type ChatItem,
  type Clock,
  isAPIError,
  type RealtimeCapabilities,
  type RealtimeConnection,
  type RealtimeEvent,
} from '@parley/core/provider';
import {
  AbortError,
  Channel,
  closeError,
  createDeferred,
  type Deferred,
  pcmBytes,
  type Socket,
  withDeadline,
} from '@parley/core/provider-kit';
import { readObject } from '../../wires/read-json.js';
import { failureError, protocolError, provider, unsupported } from '../reference-error.js';
import { heardItem, textOf } from './heard-item.js';
import { VendorEvents } from './vendor-events.js';

/** An update that is not acknowledged by then was lost. */
const updateMs = 10_000;
/** Unread events from which on the vendor is held up: a minute of audio and more. */
const mostUnread = 4000;

export interface RealtimeLineOptions {
  readonly capabilities: RealtimeCapabilities;
  readonly secrets: readonly string[];
  /** Ends it, quietly. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly chat: readonly ChatItem[];
  readonly onReady: () => void;
  readonly onUnknown: (type: unknown) => void;
}

type Reply = Parameters<RealtimeConnection['generateReply']>[0];

/** One connection to the invented vendor's model. */
export class RealtimeLine implements RealtimeConnection {
  readonly events = new Channel<RealtimeEvent>({ capacity: mostUnread });
  /** Why it is over; never rejects. */
  readonly over: Promise<Error>;
  readonly #socket: Socket;
  readonly #options: RealtimeLineOptions;
  readonly #vendor: VendorEvents;
  readonly #updates = new Map<string, Deferred<void>>();
  /** Replies asked for and not begun; true: they are not wanted any more. */
  readonly #asked = new Map<string, boolean>();
  readonly #active = new Set<string>();
  #known: ReadonlyMap<string, string>;
  #count = 0;
  #end: Error | undefined;
  #isClosed = false;

  constructor(socket: Socket, options: RealtimeLineOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#vendor = new VendorEvents(options.capabilities.outputSampleRate);
    this.#known = known(options.chat);
    this.over = this.#read();
  }

  sendAudio(frame: AudioFrame): void {
    const { audioInput, inputSampleRate } = this.#options.capabilities;
    if (!audioInput) throw unsupported('this model takes no audio');
    if (frame.sampleRate !== inputSampleRate || frame.channels !== 1)
      throw unsupported(`a frame of ${frame.sampleRate} Hz with ${frame.channels} channel(s): give ${inputSampleRate} Hz, mono`);
    this.#vendor.sent(frame);
    // A copy: it is sent later, and the frame is not ours.
    this.#socket.send(Uint8Array.from(pcmBytes(frame.samples)));
  }

  commitAudio(): void {
    this.#send({ type: 'commit' });
  }

  clearAudio(): void {
    this.#send({ type: 'clear' });
  }

  sendImage({ data, mediaType }: Parameters<RealtimeConnection['sendImage']>[0]): void {
    if (!this.#options.capabilities.images) throw unsupported('this model sees no images');
    this.#send({ type: 'image', data: Buffer.from(data).toString('base64'), of: mediaType });
  }

  sendToolOutput({ callId, content, isError }: Parameters<RealtimeConnection['sendToolOutput']>[0]): void {
    this.#send({ type: 'tool-output', callId, text: textOf(content), isError });
  }

  generateReply({ replyId, toolChoice, ...reply }: Reply): void {
    if (toolChoice !== undefined && !this.#options.capabilities.perResponseToolChoice)
      throw unsupported('this model takes no choice of tools for a single reply');
    this.#asked.set(replyId, false);
    this.#send({ type: 'generate', reference: replyId, ...reply, toolChoice: nameOf(toolChoice) });
  }

  interrupt(): void {
    for (const responseId of this.#active) this.#send({ type: 'cancel', responseId });
    // Those that have not begun are cancelled when they do: before that nobody knows them.
    for (const replyId of this.#asked.keys()) this.#asked.set(replyId, true);
  }

  truncate({ itemId, playedMs }: Parameters<RealtimeConnection['truncate']>[0]): void {
    if (!this.#options.capabilities.truncate) throw unsupported('this model cannot forget the rest of what it said');
    this.#send({ type: 'truncate', itemId, playedMs });
  }

  async updateInstructions(instructions: string): Promise<void> {
    await this.#update('instructions', { instructions });
  }

  async updateTools(tools: Parameters<RealtimeConnection['updateTools']>[0]): Promise<void> {
    await this.#update('tools', { tools });
  }

  async updateChat(chat: readonly ChatItem[]): Promise<void> {
    const wanted = known(chat);
    const added = chat.flatMap(heardItem).filter(({ id, text }) => this.#known.get(id) !== text);
    const removed = [...this.#known].filter(([id, text]) => wanted.get(id) !== text).map(([id]) => id);
    await this.#update('chat', { added, removed });
    this.#known = wanted;
  }

  async updateOptions({ toolChoice, ...options }: Parameters<RealtimeConnection['updateOptions']>[0]): Promise<void> {
    await this.#update('options', { ...options, toolChoice: nameOf(toolChoice) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#socket.close();
    this.#finish(new AbortError('the connection was closed'));
    // Whoever waits for the vendor's good-bye waits too long.
    this.#socket[Symbol.dispose]();
    await this.#socket.closed;
  }

  #send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  async #update(what: RealtimeCapabilities['updates'][number], change: object): Promise<void> {
    if (!this.#options.capabilities.updates.includes(what)) throw unsupported(`this model cannot be told other ${what} in a call`);
    if (this.#end !== undefined) throw this.#end;
    this.#count += 1;
    const reference = `update-${this.#count}`;
    const done = createDeferred<void>();
    this.#updates.set(reference, done);
    this.#send({ type: 'update', reference, ...change });
    const onTimeout = () => new APITimeoutError(`the vendor did not take other ${what} within ${updateMs} ms`, { provider });
    try {
      await withDeadline(done.promise, { clock: this.#options.clock, timeoutMs: updateMs, onTimeout });
    } finally {
      this.#updates.delete(reference);
    }
  }

  async #read(): Promise<Error> {
    try {
      for await (const message of this.#socket.messages) {
        const room = this.#take(readObject(parse(message), 'a message'));
        if (room !== undefined) await room;
      }
    } catch (error) {
      this.#socket[Symbol.dispose]();
      this.#finish(isAPIError(error) ? error : protocolError('the vendor sent what is no message'));
    }
    const { secrets, signal } = this.#options;
    const closed = await this.#socket.closed;
    this.#isClosed ||= signal.aborted;
    this.#finish(signal.aborted ? new AbortError() : closeError(closed, { provider, secrets }));
    return this.#end ?? new AbortError();
  }

  /** @returns What to wait for before the next message is read: a reader that is slow. */
  #take(message: Readonly<Record<string, unknown>>): Promise<void> | undefined {
    const { type, reference } = message;
    if (type === 'ready') this.#options.onReady();
    if (type === 'news') this.#options.onUnknown(type);
    if (type === 'failure') throw failureError(message['reason']);
    if (type === 'updated') this.#updates.get(String(reference))?.resolve();
    if (type === 'refused' && this.#updates.has(String(reference))) {
      const refusal = new APIError('the vendor refused an update', { kind: 'invalid-request', provider, retryable: false });
      this.#updates.get(String(reference))?.reject(refusal);
      return undefined;
    }
    if (type === 'response-start') this.#began(String(message['responseId']), reference);
    if (type === 'response-end') this.#active.delete(String(message['responseId']));
    if (type === 'refused') this.#asked.delete(String(reference));
    let room: Promise<void> | undefined;
    for (const event of this.#vendor.eventsOf(message)) room = this.events.push(event) ?? room;
    return room;
  }

  #began(responseId: string, replyId: unknown): void {
    const isUnwanted = typeof replyId === 'string' && this.#asked.get(replyId) === true;
    this.#asked.delete(String(replyId));
    this.#active.add(responseId);
    if (isUnwanted) this.#send({ type: 'cancel', responseId });
  }

  /** The first reason counts. */
  #finish(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    for (const update of this.#updates.values()) update.reject(error);
    if (this.#isClosed) this.events.cancel();
    else this.events.fail(error);
  }
}

function parse(message: string | Uint8Array): unknown {
  if (typeof message !== 'string') throw protocolError('the vendor sent bytes');
  return JSON.parse(message);
}

const known = (chat: readonly ChatItem[]): ReadonlyMap<string, string> =>
  new Map(chat.flatMap(heardItem).map(({ id, text }) => [id, text]));

const nameOf = (choice: Reply['toolChoice']): string | undefined => (typeof choice === 'object' ? choice.name : choice);
