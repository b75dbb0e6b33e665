import type { Logger } from '../provider/logger.js';
import { Channel } from '../stream/channel.js';
import type { AgentEvent, AgentEventOf, AgentEventType } from './agent-event.js';

type Listener<Type extends AgentEventType> = (event: AgentEventOf<Type>) => unknown;

/** Events that wait in one iterable before the oldest goes. */
const iterableCapacity = 10_000;

/**
 * Hands a session's events to its listeners, at once and in order. A listener that throws or rejects is logged and harms no other;
 * `error` without a listener is logged, not thrown.
 */
export class AgentEventEmitter {
  readonly #listeners = new Map<AgentEventType, Set<(event: AgentEvent) => unknown>>();
  /** What was registered, so that it can be taken back: the listener as given has a narrower type. */
  readonly #registered = new Map<unknown, Map<AgentEventType, (event: AgentEvent) => unknown>>();
  readonly #streams = new Set<Channel<AgentEvent>>();
  readonly #logger: Logger;
  #isClosed = false;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  on<Type extends AgentEventType>(type: Type, listener: Listener<Type>): void {
    const entry = (event: AgentEvent) => (isOfType(event, type) ? listener(event) : undefined);
    const known = this.#registered.get(listener) ?? new Map<AgentEventType, (event: AgentEvent) => unknown>();
    if (known.has(type)) return;
    this.#registered.set(listener, known.set(type, entry));
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(entry));
  }

  once<Type extends AgentEventType>(type: Type, listener: Listener<Type>): void {
    const once = (event: AgentEventOf<Type>) => {
      this.off(type, once);
      return listener(event);
    };
    this.on(type, once);
  }

  off<Type extends AgentEventType>(type: Type, listener: Listener<Type>): void {
    const known = this.#registered.get(listener);
    const entry = known?.get(type);
    if (entry === undefined) return;
    known?.delete(type);
    if (known?.size === 0) this.#registered.delete(listener);
    this.#listeners.get(type)?.delete(entry);
  }

  /** All events from now on, until the session has closed or the reader leaves. Keeps at most 10,000 unread: then the oldest goes. */
  events(): AsyncIterableIterator<AgentEvent, undefined> {
    const stream = new Channel<AgentEvent>({ capacity: iterableCapacity, whenFull: 'drop-oldest' });
    if (this.#isClosed) stream.end();
    else this.#streams.add(stream);
    return stream;
  }

  emit(event: AgentEvent): void {
    const listeners = this.#listeners.get(event.type);
    if (event.type === 'error' && (listeners === undefined || listeners.size === 0)) {
      this.#logger.log('error', `${event.source} failed`, { error: { ...event.error }, recoverable: event.recoverable });
    }
    for (const listener of listeners ?? []) this.#call(listener, event);
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

  #call(listener: (event: AgentEvent) => unknown, event: AgentEvent): void {
    try {
      const result = listener(event);
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
