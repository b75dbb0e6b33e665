import type { STTEvent, STTRequest } from '@parley/core/provider';
import { type Call, type LinkedSignal, linkSignals, openSocket, type Socket } from '@parley/core/provider-kit';
import type { DeepgramAccount } from './deepgram-account.js';
import type { ListenDialect } from './listen-dialect.js';
import { ListenFeed } from './listen-feed.js';
import { readMessage } from './read-message.js';

export interface ListenCallOptions {
  readonly account: DeepgramAccount;
  readonly model: string;
  readonly request: STTRequest;
  readonly dialect: ListenDialect;
  /** Of the instance, that are open now: fired when it is closed. */
  readonly calls: Set<LinkedSignal>;
}

/** One call: its socket, for as long as the call lasts. Ends quietly when the instance is closed. */
export async function* listen(call: Call, options: ListenCallOptions): AsyncGenerator<STTEvent, void, void> {
  const { account, request, dialect, calls } = options;
  const { key } = account;
  const link = linkSignals(call.signal);
  calls.add(link);
  let feed: ListenFeed | undefined;
  try {
    const socket = await call.open(
      openSocket({
        url: dialect.url,
        headers: { authorization: `Token ${key}` },
        signal: link.signal,
        clock: request.clock,
        provider: 'deepgram',
        requestIdHeader: 'dg-request-id',
        secrets: [key],
      }),
    );
    feed = await call.open(new ListenFeed(socket, { request, dialect }));
    yield* listenTo(socket, feed, options);
    await feed.checkEnd([key]);
  } catch (error) {
    // The receipt comes before the failure, which ends all.
    if (feed !== undefined) yield* feed.usage();
    if (!link.aborted) throw error;
  } finally {
    calls.delete(link);
    link[Symbol.dispose]();
  }
}

async function* listenTo(socket: Socket, feed: ListenFeed, { dialect, model }: ListenCallOptions): AsyncGenerator<STTEvent, void, void> {
  let hasMetadata = false;
  const tellMetadata = function* (requestId: string | undefined): Generator<STTEvent, void, void> {
    if (hasMetadata || requestId === undefined) return;
    hasMetadata = true;
    yield { type: 'response-metadata', requestId, model };
  };
  yield* tellMetadata(socket.requestId);
  for await (const data of socket.messages) {
    const message = typeof data === 'string' ? readMessage(data) : undefined;
    if (message === undefined) continue;
    const events = dialect.read(message, feed.audio);
    for (const event of events) {
      yield* tellMetadata(dialect.requestId);
      yield event;
      if (event.type === 'transcript-final') yield* feed.usage();
    }
    yield* tellMetadata(dialect.requestId);
    if (feed.isEnded && dialect.isLast(message)) {
      feed.complete();
      break;
    }
  }
  if (!(await feed.isFinished())) return;
  yield* dialect.finish(feed.audio);
  yield* feed.usage();
}
