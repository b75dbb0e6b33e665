import {
  APIError,
  type ContentPart,
  isAPIError,
  type Json,
  type ToolsetCapabilities,
  type ToolsetConnection,
  type ToolsetEvent,
  type ToolSpecification,
} from '@parley/core/provider';
import { AbortError, Channel, closeError, createDeferred, type Deferred, type Socket } from '@parley/core/provider-kit';
import { readList, readObject, readText } from '../../wires/read-json.js';
import { failureError, protocolError, provider } from '../reference-error.js';

type CallRequest = Parameters<ToolsetConnection['call']>[0];
type Result = Awaited<ReturnType<ToolsetConnection['call']>>;

export interface ToolsLineOptions {
  readonly capabilities: ToolsetCapabilities;
  readonly secrets: readonly string[];
  /** Ends it, quietly. */
  readonly signal: AbortSignal;
  readonly onReady: () => void;
  /** A message of a type that it does not know. Default: nothing; the vendor has learnt something new. */
  readonly onUnknown?: ((type: unknown) => void) | undefined;
}

/** What was asked, and not answered yet. */
interface Asked {
  readonly answer: Deferred<Record<string, unknown>>;
  readonly tools: unknown[];
  readonly onProgress: CallRequest['onProgress'];
}

/** One connection to the invented vendor's tools. */
export class ToolsLine implements ToolsetConnection {
  /** Unread ones say no more than one does. */
  readonly events = new Channel<ToolsetEvent>({ capacity: 1, whenFull: 'drop-oldest' });
  /** Why it is over; never rejects. */
  readonly over: Promise<Error>;
  readonly #socket: Socket;
  readonly #options: ToolsLineOptions;
  readonly #asked = new Map<string, Asked>();
  #count = 0;
  #end: Error | undefined;
  #isClosed = false;

  constructor(socket: Socket, options: ToolsLineOptions) {
    this.#socket = socket;
    this.#options = options;
    this.over = this.#read();
  }

  async tools(): Promise<readonly ToolSpecification[]> {
    const { tools } = await this.#ask({ type: 'list' });
    return readList(tools, 'tools').map(readTool);
  }

  async call({ name, argumentsJson, signal, onProgress }: CallRequest): Promise<Result> {
    signal.throwIfAborted();
    const { progress } = this.#options.capabilities;
    const answer = await this.#ask(
      { type: 'call', name, arguments: argumentsJson, ...(progress ? { progress } : {}) },
      { signal, onProgress },
    );
    if (answer['type'] === 'refusal')
      throw new APIError(`the vendor refused the call of "${name}"`, { kind: 'invalid-request', provider, retryable: false });
    const { structured, isError } = answer;
    return {
      content: readList(answer['content'], 'content').map(readPart),
      isError: isError === true,
      ...(isJson(structured) ? { structured } : {}),
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    this.#socket.close();
    this.#finish(new AbortError('the connection was closed'));
    // Whoever waits for the vendor's good-bye waits too long.
    this.#socket[Symbol.dispose]();
    await this.#socket.closed;
  }

  async #ask(
    request: Readonly<Record<string, unknown>>,
    { signal, onProgress }: { readonly signal?: AbortSignal; readonly onProgress?: CallRequest['onProgress'] } = {},
  ): Promise<Record<string, unknown>> {
    if (this.#end !== undefined) throw this.#end;
    this.#count += 1;
    const id = String(this.#count);
    const answer = createDeferred<Record<string, unknown>>();
    this.#asked.set(id, { answer, tools: [], onProgress });
    const onAbort = () => {
      this.#socket.send(JSON.stringify({ type: 'cancel', id }));
      answer.reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    this.#socket.send(JSON.stringify({ ...request, id }));
    try {
      return await answer.promise;
    } finally {
      this.#asked.delete(id);
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #read(): Promise<Error> {
    try {
      for await (const message of this.#socket.messages) this.#take(readObject(parse(message), 'a message'));
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

  #take(message: Record<string, unknown>): void {
    const { type, id } = message;
    const asked = typeof id === 'string' ? this.#asked.get(id) : undefined;
    switch (type) {
      case 'ready':
        return this.#options.onReady();
      case 'tools-change':
        if (this.#options.capabilities.listChanges) void this.events.push({ type });
        return;
      case 'tools':
        asked?.tools.push(...readList(message['tools'], 'tools'));
        if (message['more'] !== true) asked?.answer.resolve({ tools: asked.tools });
        return;
      case 'progress':
        return this.#options.capabilities.progress ? asked?.onProgress?.(readProgress(message)) : undefined;
      case 'result':
      case 'refusal':
        return asked?.answer.resolve(message);
      case 'expired':
        return asked?.answer.reject(
          new APIError('the vendor does not know the connection any more', { kind: 'expired', provider, retryable: true }),
        );
      case 'failure':
        throw failureError(message['reason']);
      default:
        return this.#options.onUnknown?.(type);
    }
  }

  /** The first reason counts. */
  #finish(error: Error): void {
    if (this.#end !== undefined) return;
    this.#end = error;
    for (const { answer } of this.#asked.values()) answer.reject(error);
    if (this.#isClosed) this.events.end();
    else this.events.fail(error);
  }
}

function parse(message: string | Uint8Array): unknown {
  if (typeof message !== 'string') throw protocolError('the vendor sent bytes');
  return JSON.parse(message);
}

const isJson = (value: unknown): value is Json => value !== undefined;

function readTool(value: unknown): ToolSpecification {
  const { name, description, parameters } = readObject(value, 'a tool');
  const schema: unknown = parameters;
  if (!isSchema(schema)) throw protocolError('the vendor sent a tool without parameters');
  return { name: readText(name, 'name'), description: readText(description, 'description'), parameters: schema };
}

const isSchema = (value: unknown): value is ToolSpecification['parameters'] => typeof value === 'object' && value !== null;

function readPart(value: unknown): ContentPart {
  const { text, image, of } = readObject(value, 'a part');
  if (image === undefined) return { type: 'text', text: readText(text, 'text') };
  return { type: 'image', data: new Uint8Array(Buffer.from(readText(image, 'image'), 'base64')), mediaType: readText(of, 'of') };
}

function readProgress({ done, total, message }: Record<string, unknown>): Parameters<NonNullable<CallRequest['onProgress']>>[0] {
  return {
    done: Number(done),
    ...(typeof total === 'number' ? { total } : {}),
    ...(typeof message === 'string' ? { message } : {}),
  };
}
