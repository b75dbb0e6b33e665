import {
  APIConnectionError,
  APIError,
  isAPIError,
  type CallOptions,
  type Toolset,
  type ToolsetConnection,
  type ToolsetEvent,
} from '@parley/core/provider';
import { AbortError, Channel } from '@parley/core/provider-kit';
import { createReferenceToolset } from '../reference/toolset/reference-toolset.js';
import { referenceToolsetWire } from '../reference/toolset/reference-toolset-wire.js';
import type { RuleId } from '../rules/rule.js';
import { busy } from './busy.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';

type Request = Parameters<ToolsetConnection['call']>[0];
type Result = Awaited<ReturnType<ToolsetConnection['call']>>;

/** The reference, with other members. */
const toolsetWith = (caughtBy: RuleId, name: string, change: (toolset: Toolset) => Partial<Toolset>): Mutant<'toolset'> => ({
  kind: 'toolset',
  caughtBy,
  name,
  wire: referenceToolsetWire,
  create(settings) {
    const toolset = createReferenceToolset(settings);
    return { ...toolset, ...change(toolset) };
  },
});

/** With other connections. */
const connecting = (
  caughtBy: RuleId,
  name: string,
  change: (connection: ToolsetConnection, options: CallOptions) => Partial<ToolsetConnection>,
): Mutant<'toolset'> =>
  toolsetWith(caughtBy, name, (toolset) => ({
    async connect(options) {
      const connection = await toolset.connect(options);
      return { ...plain(connection), ...change(connection, options) };
    },
  }));

/** With other results. */
const giving = (caughtBy: RuleId, name: string, change: (result: Result) => Result): Mutant<'toolset'> =>
  connecting(caughtBy, name, (connection) => ({ call: async (request) => change(await connection.call(request)) }));

/** That fails to connect in another way. */
const failing = (caughtBy: RuleId, name: string, change: (error: APIError) => unknown): Mutant<'toolset'> =>
  toolsetWith(caughtBy, name, (toolset) => ({
    async connect(options) {
      try {
        return await toolset.connect(options);
      } catch (error) {
        throw isAPIError(error) ? change(error) : error;
      }
    },
  }));

const plain = (connection: ToolsetConnection): ToolsetConnection => ({
  events: connection.events,
  tools: () => connection.tools(),
  call: (request) => connection.call(request),
  [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
});

const never = <T>(): Promise<T> => new Promise(() => {});
const kept: unknown[] = [];
const open = new Set<ToolsetConnection>();
const other = (error: APIError, change: Partial<APIError>) =>
  new APIError('changed', { kind: error.kind, provider: 'reference', retryable: error.retryable, ...change });

/** Each breaks one rule. */
export const toolsetMutants: readonly Mutant<'toolset'>[] = [
  toolsetWith('TOOLSET-2.1', 'has no name', () => ({ model: '' })),
  connecting('TOOLSET-2.2', 'lists the first page', (connection) => ({ tools: async () => (await connection.tools()).slice(0, 2) })),
  connecting('TOOLSET-2.3', 'drops what is null', (connection) => ({
    call: (request) =>
      connection.call(
        request.argumentsJson.includes('"near')
          ? { ...request, argumentsJson: JSON.stringify(JSON.parse(request.argumentsJson, (_key, value: unknown) => value ?? undefined)) }
          : request,
      ),
  })),
  giving('TOOLSET-2.4', 'gives text only', (result) => ({ ...result, content: result.content.filter(({ type }) => type === 'text') })),
  giving('TOOLSET-2.5', 'gives no structured results', ({ content, isError }) => ({ content, isError })),
  giving('TOOLSET-2.6', 'rejects where a tool failed', (result) => {
    if (result.isError) throw new Error('the tool failed');
    return result;
  }),
  toolsetWith('TOOLSET-2.7', 'tells progress to the call that was made last', (toolset) => ({
    async connect(options) {
      const connection = await toolset.connect(options);
      let last: Request['onProgress'];
      const call = (request: Request) => {
        last = request.onProgress ?? last;
        return connection.call({ ...request, onProgress: (progress) => last?.(progress) });
      };
      return { ...plain(connection), call };
    },
  })),
  connecting('TOOLSET-2.8', 'lists what there was at first', (connection) => {
    let first: ReturnType<ToolsetConnection['tools']> | undefined;
    return { tools: () => (first ??= connection.tools()) };
  }),
  toolsetWith('TOOLSET-2.9', 'tells of changes that it does not declare', () => ({ capabilities: { listChanges: false, progress: true } })),
  connecting('TOOLSET-2.10', 'takes results in the order of its calls', (connection) => {
    const results: Promise<Result>[] = [];
    let given = 0;
    return {
      async call(request) {
        // Only those that run at once are mixed up.
        const result = connection.call(request);
        if (!/^\{"day":"\d"\}$/.test(request.argumentsJson)) return result;
        results.push(result);
        await result;
        const next = results[given];
        given += 1;
        return next ?? result;
      },
    };
  }),
  connecting('TOOLSET-2.11', 'says of what is refused that it may go better', (connection) => ({
    call: (request) =>
      connection.call(request).catch((error: unknown) => {
        throw isAPIError(error) && error.kind === 'invalid-request'
          ? new APIError('refused', { kind: 'invalid-request', provider: 'reference', retryable: true })
          : error;
      }),
  })),
  connecting('TOOLSET-2.12', 'fails with an error of its own on broken arguments', (connection) => ({
    async call(request) {
      JSON.parse(request.argumentsJson);
      return connection.call(request);
    },
  })),
  toolsetWith('TOOLSET-3.1', 'rejects with a reason of its own when it was aborted before', (toolset) => ({
    async connect(options) {
      if (options.signal.aborted) throw new AbortError('aborted');
      return toolset.connect(options);
    },
  })),
  toolsetWith('TOOLSET-3.2', 'rejects with a reason of its own when it is aborted', (toolset) => ({
    async connect(options) {
      const wasAborted = options.signal.aborted;
      return toolset.connect(options).catch((error: unknown) => {
        throw options.signal.aborted && !wasAborted ? new AbortError('aborted') : error;
      });
    },
  })),
  toolsetWith('TOOLSET-3.3', 'fails when its connection is aborted', (toolset) => ({
    async connect(options) {
      const connection = await toolset.connect(options);
      const atEnd = (): readonly ToolsetEvent[] => {
        if (options.signal.aborted) throw new AbortError('aborted');
        return [];
      };
      return { ...plain(connection), events: mapped(connection.events, (event) => event, atEnd) };
    },
  })),
  connecting('TOOLSET-3.4', 'waits for the result of a call that was aborted', (connection) => ({
    call: ({ signal, ...request }) =>
      connection.call({ ...request, signal: new AbortController().signal }).finally(() => signal.throwIfAborted()),
  })),
  connecting('TOOLSET-3.5', 'leaves a call open when it is closed', (connection) => {
    let isClosed = false;
    return {
      call: (request) => connection.call(request).catch((error: unknown) => (isClosed ? never<Result>() : Promise.reject(error))),
      async [Symbol.asyncDispose]() {
        isClosed = true;
        await connection[Symbol.asyncDispose]();
      },
    };
  }),
  connecting('TOOLSET-3.6', 'leaves a listener for each call', (connection) => ({
    call(request) {
      request.signal.addEventListener('abort', () => {});
      return connection.call(request);
    },
  })),
  toolsetWith('TOOLSET-3.7', 'leaves its connections open when it is closed', () => ({ close: async () => {} })),
  toolsetWith('TOOLSET-3.8', 'cannot be warmed twice', () => {
    let isWarm = false;
    return {
      async prewarm({ signal }) {
        signal.throwIfAborted();
        if (isWarm) throw new Error('it is warm');
        isWarm = true;
      },
    };
  }),
  connecting('TOOLSET-3.9', 'closes all connections with the first', (connection) => {
    open.add(connection);
    return {
      async [Symbol.asyncDispose]() {
        const all = [...open];
        open.clear();
        await Promise.all(all.map((one) => one[Symbol.asyncDispose]()));
        await connection[Symbol.asyncDispose]();
      },
    };
  }),
  connecting('TOOLSET-3.10', 'answers no call while an event is unread', (connection) => {
    const events = new Channel<ToolsetEvent>({ capacity: 1000 });
    void (async () => {
      try {
        for await (const event of connection.events) void events.push(event);
        events.end();
      } catch (error) {
        events.fail(error);
      }
    })();
    return {
      events,
      call: async (request) => {
        const result = await connection.call(request);
        return events.size > 0 ? never<Result>() : result;
      },
    };
  }),
  connecting('TOOLSET-3.11', 'keeps a buffer of each connection', () => {
    kept.push(new Int16Array(100_000));
    return {};
  }),
  failing('TOOLSET-4.1', 'says of a wrong key that it may go better', (error) =>
    error.kind === 'authentication' ? other(error, { retryable: true }) : error,
  ),
  failing('TOOLSET-4.2', 'gives up on a server that is down', (error) =>
    error.status === 503 ? other(error, { retryable: false }) : error,
  ),
  failing('TOOLSET-4.3', 'does not say how long to wait', (error) => (error.status === 429 ? other(error, {}) : error)),
  failing('TOOLSET-4.4', 'gives up where nobody listens', (error) =>
    error.kind === 'connection' ? other(error, { retryable: false }) : error,
  ),
  failing('TOOLSET-4.5', 'takes a late server for a broken connection', (error) =>
    error.kind === 'timeout' ? new APIConnectionError('late', { provider: 'reference' }) : error,
  ),
  connecting('TOOLSET-4.6', 'ends quietly when the connection breaks', (connection, { signal }) => ({
    events: quietly(connection.events, signal),
  })),
  connecting('TOOLSET-4.7', 'leaves calls open when the connection breaks', (connection) => ({
    call: (request) =>
      connection
        .call(request)
        .catch((error: unknown) => (isAPIError(error) && error.kind === 'connection' ? never<Result>() : Promise.reject(error))),
  })),
  connecting('TOOLSET-4.8', 'takes a forgotten connection for a broken one', (connection) => ({
    call: (request) =>
      connection.call(request).catch((error: unknown) => {
        throw isAPIError(error) && error.kind === 'expired' ? new APIConnectionError('forgotten', { provider: 'reference' }) : error;
      }),
  })),
  {
    kind: 'toolset',
    caughtBy: 'TOOLSET-4.9',
    name: 'takes what it does not know for a fault',
    wire: referenceToolsetWire,
    create: (settings) =>
      createReferenceToolset(settings, {
        onUnknown(type) {
          throw new APIError(`what is ${String(type)}?`, { kind: 'protocol', provider: 'reference', retryable: false });
        },
      }),
  },
  connecting('TOOLSET-4.10', 'fails with an error of its own on a broken message', (connection) => ({
    call: (request) =>
      connection.call(request).catch((error: unknown) => {
        throw isAPIError(error) && error.kind === 'protocol' ? new SyntaxError('broken') : error;
      }),
  })),
  toolsetWith('TOOLSET-4.11', 'writes its key to the log', (toolset) => ({
    connect(options) {
      options.logger.log('debug', 'connects', { key: 'key-of-nobody-5f3a' });
      return toolset.connect(options);
    },
  })),
  connecting('TOOLSET-5.1', 'hands each result over by a timer', (connection) => {
    let calls = 0;
    return {
      async call(request) {
        const result = await connection.call(request);
        calls += 1;
        if (
          calls > 3 &&
          request.argumentsJson === '{"day":"Friday"}' &&
          result.content.every((part) => part.type === 'text' && part.text.length < 1000)
        )
          await new Promise<void>((resolve) => void setTimeout(resolve, 22));
        return result;
      },
    };
  }),
  giving('TOOLSET-5.2', 'reads large results slowly', (result) => {
    if (result.content.some((part) => part.type === 'text' && part.text.length > 10_000)) busy(60);
    return result;
  }),
];

const quietly = (events: AsyncIterable<ToolsetEvent>, signal: AbortSignal): AsyncIterable<ToolsetEvent> => ({
  [Symbol.asyncIterator]() {
    const reader = events[Symbol.asyncIterator]();
    return {
      next: () =>
        reader.next().catch((error: unknown) => {
          // A broken message it still tells of.
          if (signal.aborted || !(isAPIError(error) && error.kind === 'connection')) throw error;
          return { done: true as const, value: undefined };
        }),
      return: async () => (await reader.return?.()) ?? { done: true as const, value: undefined },
    };
  },
});
