import { APIConnectionError, type APIError, isAPIError, type RealtimeConnection, type RealtimeEvent } from '@parley/core/provider';
import { AbortError } from '@parley/core/provider-kit';
import { busy } from './busy.js';
import { connectionWith, failing, members, modelWith, otherError, strictModel, telling } from './changed-realtime.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';

const never = <T>(): Promise<T> => new Promise(() => {});
const kept: unknown[] = [];
const open = new Set<RealtimeConnection>();
const isOfKind = (error: unknown, kind: APIError['kind']): boolean => isAPIError(error) && error.kind === kind;

/** Levels 3 to 5. */
export const realtimeLifeMutants: readonly Mutant<'realtime-model'>[] = [
  modelWith('REALTIME-3.1', 'rejects with a reason of its own when it was aborted before', (model) => ({
    async connect(request) {
      if (request.signal.aborted) throw new AbortError('aborted');
      return model.connect(request);
    },
  })),
  modelWith('REALTIME-3.2', 'rejects with a reason of its own when it is aborted', (model) => ({
    async connect(request) {
      const wasAborted = request.signal.aborted;
      return model.connect(request).catch((error: unknown) => {
        throw request.signal.aborted && !wasAborted ? new AbortError('aborted') : error;
      });
    },
  })),
  connectionWith('REALTIME-3.3', 'fails when its connection is aborted', (connection, { signal }) => ({
    events: mapped(
      connection.events,
      (event) => event,
      () => {
        if (signal.aborted) throw new AbortError('aborted');
        return [];
      },
    ),
  })),
  modelWith('REALTIME-3.4', 'ends an aborted connection when somebody reads on', (model) => ({
    async connect(request) {
      const own = new AbortController();
      const early = () => own.abort(request.signal.reason);
      if (request.signal.aborted) early();
      request.signal.addEventListener('abort', early);
      const connection = await model.connect({ ...request, signal: own.signal });
      let hasText = false;
      const events = mapped(connection.events, (event) => {
        // While it speaks it looks at the signal only with each read.
        if (event.type === 'text-delta' && event.text === 'word ' && !hasText) {
          hasText = true;
          request.signal.removeEventListener('abort', early);
        }
        return event;
      });
      const close = () => {
        request.signal.removeEventListener('abort', early);
        return connection[Symbol.asyncDispose]();
      };
      return { ...members(connection), events, [Symbol.asyncDispose]: close };
    },
  })),
  connectionWith('REALTIME-3.5', 'leaves an update open when it is closed', (connection) => {
    let isClosed = false;
    return {
      updateInstructions: (instructions) =>
        connection.updateInstructions(instructions).catch((error: unknown) => (isClosed ? never<void>() : Promise.reject(error))),
      async [Symbol.asyncDispose]() {
        isClosed = true;
        await connection[Symbol.asyncDispose]();
      },
    };
  }),
  connectionWith('REALTIME-3.6', 'throws at what is sent after the close', (connection) => {
    let isClosed = false;
    return {
      interrupt() {
        if (isClosed) throw new Error('closed');
        connection.interrupt();
      },
      async [Symbol.asyncDispose]() {
        isClosed = true;
        await connection[Symbol.asyncDispose]();
      },
    };
  }),
  connectionWith('REALTIME-3.7', 'leaves a listener on the signal', (_connection, { signal }) => {
    signal.addEventListener('abort', () => {});
    return {};
  }),
  modelWith('REALTIME-3.8', 'leaves its connections open when it is closed', () => ({ close: async () => {} })),
  modelWith('REALTIME-3.9', 'cannot be warmed twice', () => {
    let isWarm = false;
    return {
      async prewarm({ signal }) {
        signal.throwIfAborted();
        if (isWarm) throw new Error('it is warm');
        isWarm = true;
      },
    };
  }),
  connectionWith('REALTIME-3.10', 'tells all connections what one was told', (connection) => {
    open.add(connection);
    return {
      events: mapped(connection.events, (event) =>
        event.type === 'text-delta' && event.text === 'second' && open.size > 1 ? [event, event] : event,
      ),
      async [Symbol.asyncDispose]() {
        open.delete(connection);
        await connection[Symbol.asyncDispose]();
      },
    };
  }),
  connectionWith('REALTIME-3.11', 'keeps a buffer of each connection', () => {
    kept.push(new Int16Array(200_000));
    return {};
  }),
  failing('REALTIME-4.1', 'says of a wrong key that it may go better', (error) =>
    error.kind === 'authentication' ? otherError(error, { retryable: true }) : error,
  ),
  failing('REALTIME-4.2', 'gives up on a vendor that is down', (error) =>
    error.status === 503 ? otherError(error, { retryable: false }) : error,
  ),
  failing('REALTIME-4.3', 'does not say how long to wait', (error) => (error.status === 429 ? otherError(error, {}) : error)),
  failing('REALTIME-4.4', 'gives up where nobody listens', (error) =>
    error.kind === 'connection' ? otherError(error, { retryable: false }) : error,
  ),
  failing('REALTIME-4.5', 'takes a late vendor for a broken connection', (error) =>
    error.kind === 'timeout' ? new APIConnectionError('late', { provider: 'reference' }) : error,
  ),
  connectionWith('REALTIME-4.6', 'gives up when the connection breaks', (connection) => ({
    events: onFailure(connection.events, (error) =>
      isAPIError(error) && error.vendorCode === '1006' ? otherError(error, { retryable: false }) : error,
    ),
  })),
  connectionWith('REALTIME-4.7', 'takes a polite end for its own', (connection) => ({
    events: onFailure(connection.events, (error) => (isAPIError(error) && error.vendorCode === '1000' ? undefined : error)),
  })),
  connectionWith('REALTIME-4.8', 'leaves an update open when the connection breaks', (connection) => ({
    updateInstructions: (instructions) =>
      connection
        .updateInstructions(instructions)
        .catch((error: unknown) => (isOfKind(error, 'connection') ? never<void>() : Promise.reject(error))),
  })),
  connectionWith('REALTIME-4.9', 'waits for ever for an update to be in force', (connection) => ({
    updateInstructions: (instructions) =>
      connection
        .updateInstructions(instructions)
        .catch((error: unknown) => (isOfKind(error, 'timeout') ? never<void>() : Promise.reject(error))),
  })),
  telling(
    'REALTIME-4.10',
    'does not say why a response failed',
    () => (event) => (event.type === 'response-end' ? { type: 'response-end', responseId: event.responseId, status: event.status } : event),
  ),
  strictModel('REALTIME-4.11', 'takes what it does not know for a fault'),
  connectionWith('REALTIME-4.12', 'fails with an error of its own on a broken message', (connection) => ({
    events: onFailure(connection.events, (error) => (isOfKind(error, 'protocol') ? new SyntaxError('broken') : error)),
  })),
  modelWith('REALTIME-4.13', 'writes its key to the log', (model) => ({
    connect(request) {
      request.logger.log('debug', 'connects', { key: 'key-of-nobody-5f3a' });
      return model.connect(request);
    },
  })),
  connectionWith('REALTIME-5.1', 'tells words by a timer', (connection) => ({
    events: mapped(connection.events, (event) => (event.type === 'text-delta' && event.text === 'word' ? soon(event) : event)),
  })),
  telling('REALTIME-5.2', 'decodes audio slowly', () => {
    let count = 0;
    return (event) => {
      if (event.type === 'audio' && (count += 1) % 60 === 0 && event.frame.samples[0] === 9) busy(60);
      return event;
    };
  }),
];

const soon = (event: RealtimeEvent): Promise<RealtimeEvent> => new Promise((resolve) => void setTimeout(() => resolve(event), 25));

/** What becomes of the failure of a stream; nothing: it ends. */
const onFailure = (events: AsyncIterable<RealtimeEvent>, change: (error: unknown) => unknown): AsyncIterable<RealtimeEvent> => ({
  [Symbol.asyncIterator]() {
    const reader = events[Symbol.asyncIterator]();
    return {
      async next(): Promise<IteratorResult<RealtimeEvent, undefined>> {
        try {
          const next = await reader.next();
          return next.done === true ? { done: true, value: undefined } : next;
        } catch (error) {
          const changed = change(error);
          if (changed instanceof Error) throw changed;
          return { done: true, value: undefined };
        }
      },
      async return(): Promise<IteratorResult<RealtimeEvent, undefined>> {
        await reader.return?.();
        return { done: true, value: undefined };
      },
    };
  },
});
