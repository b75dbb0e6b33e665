import type { Logger } from '../provider/logger.js';
import { Channel } from '../stream/channel.js';
import type { AgentEvent, AgentEventOf, AgentEventType } from './agent-event.js';

type Listener<Type extends AgentEventType> = (event: AgentEventOf<Type>) => unknown;

interface Entry {
  readonly isOnce: boolean;
  readonly call: (event: AgentEvent) => unknown;
}

/** Events that wait in one iterable before the oldest goes. */
const iterableCapacity = 10_000;

/**
 * Hands a session's events to its listeners, at once and in order. A listener that throws or rejects is logged and harms no other;
 * `error` without a listener is logged, not thrown.
 */
export class AgentEventEmitter {
  /** By the listener as it was given, so that it can be taken back, in the order of registering. */
  readonly #listeners = new Map<AgentEventType, Map<unknown, Entry>>();
  readonly #streams = new Set<Channel<AgentEvent>>();
  readonly #logger: Logger;
  #isClosed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Registering a listener again for a type changes nothing, except that one registered with `once` stays. */
  on<Type extends AgentEventType>(type: Type, listener: Listener<Type>): void {
    this.#add({ type, listener, isOnce: false });
  }

  /** Taken back by itself when it is called, or before that with `off`. */
  once<Type extends AgentEventType>(type: Type, listener: Listener<Type>): void {
    if (this.#listeners.get(type)?.has(listener) !== true) this.#add({ type, listener, isOnce: true });
  }

  off<Type extends AgentEventType>(type: Type, listener: Listener<Type>): void {
    this.#listeners.get(type)?.delete(listener);
  }

  /** All events from now on, until the session has closed or the reader leaves. Keeps at most 10,000 unread: then the oldest goes. */
  events(): AsyncIterableIterator<AgentEvent, undefined> {
    const stream = new Channel<AgentEvent>({ capacity: iterableCapacity, whenFull: 'drop-oldest' });
    if (this.#isClosed) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  /** What listeners add or take back while they are called counts from the next event on. */
  emit(event: AgentEvent): void {
    const listeners = [...(this.#listeners.get(event.type) ?? [])];
    if (event.type === 'error' && listeners.length === 0) {
      this.#logger.log('error', `${event.source} failed`, { error: { ...event.error }, recoverable: event.recoverable });
    }
    for (const [listener, entry] of listeners) {
      if (entry.isOnce) this.#listeners.get(event.type)?.delete(listener);
      this.#call(entry, event);
    }
    for (const stream of this.#streams) {
      if (stream.isEnded) this.#streams.delete(stream);
      else void stream.push(event);
    }
  }

  /** No more events: iterables end. */
  close(): void {
    this.#isClosed = true;
    for (const stream of this.#streams) stream.end();
    this.#streams.clear();
  }

  #add<Type extends AgentEventType>({
    type,
    listener,
    isOnce,
  }: {
    readonly type: Type;
    readonly listener: Listener<Type>;
    readonly isOnce: boolean;
  }): void {
    const listeners = this.#listeners.get(type) ?? new Map<unknown, Entry>();
    this.#listeners.set(type, listeners);
    listeners.set(listener, { isOnce, call: (event) => (isOfType(event, type) ? listener(event) : undefined) });
  }

  #call(entry: Entry, event: AgentEvent): void {
    try {
      const result = entry.call(event);
      if (result instanceof Promise) result.catch((error: unknown) => this.#report(event.type, error));
    } catch (error) {
      this.#report(event.type, error);
    }
  }

  #report(type: AgentEventType, error: unknown): void {
    this.#logger.log('error', `a listener for "${type}" failed`, { error: error instanceof Error ? error.message : String(error) });
  }
}

const isOfType = <Type extends AgentEventType>(event: AgentEvent, type: Type): event is AgentEventOf<Type> => event.type === type;
