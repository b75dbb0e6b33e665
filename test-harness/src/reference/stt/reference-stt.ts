import type { PluginSettings, STT, STTCapabilities, STTEvent, STTInput, STTRequest } from '@parley/core/provider';
import {
  type Call,
  callStream,
  closeError,
  KeepAlive,
  linkSignals,
  openSocket,
  pcmBytes,
  readKey,
  type Socket,
  SentAudio,
} from '@parley/core/provider-kit';
import { provider, unsupported } from '../reference-error.js';
import { ListenMessages } from './listen-messages.js';

/** What may be changed of it. */
export interface ReferenceSTTOptions {
  readonly capabilities?: Partial<STTCapabilities> | undefined;
  /** How often something is said in silence; undefined is 4,000, half of what the vendor bears. */
  readonly keepAliveMs?: number | undefined;
  /** Fails over messages that it does not know. */
  readonly isStrict?: boolean | undefined;
  /** Fails over messages of more characters. */
  readonly longestMessage?: number | undefined;
}

const all: STTCapabilities = {
  streaming: true,
  interimTranscripts: true,
  endpointing: true,
  turnDetection: true,
  wordTimings: true,
  speakers: true,
  settings: ['language', 'keyterms', 'endpointingMs'],
  updatable: ['language', 'keyterms', 'endpointingMs'],
  sampleRates: [16_000, 8000, 24_000],
};
const model = 'reference-listen';

/** A correct recogniser of an invented vendor: a WebSocket per call, which is kept alive while the caller is silent. */
export function createReferenceSTT(settings: PluginSettings, options: ReferenceSTTOptions = {}): STT {
  const given = { ...all, ...options.capabilities };
  const capabilities = Object.freeze({
    ...given,
    settings: Object.freeze([...given.settings]),
    updatable: Object.freeze([...given.updatable]),
    sampleRates: Object.freeze([...given.sampleRates]),
  });
  const closing = linkSignals();
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider,
    model,
    capabilities,
    // A socket belongs to its call: there is nothing to open before.
    prewarm: async ({ signal }) => signal.throwIfAborted(),
    close: async () => closing.abort(),
    transcribe: (request) => {
      checkSTTRequest(request, capabilities);
      return callStream(request, (call) => transcribe(call, { settings, request, options, capabilities, closing: closing.signal }));
    },
  };
}

const settingNames = ['language', 'keyterms', 'endpointingMs'] as const;

/** @throws {APIError} kind `unsupported`: it asks for what is not declared. */
function checkSTTRequest(request: STTRequest, { sampleRates, settings }: STTCapabilities): void {
  if (!sampleRates.includes(request.sampleRate))
    throw unsupported(`audio is taken at ${sampleRates.join(', ')} Hz, not at ${request.sampleRate}: resample it`);
  const excess = settingNames.find((name) => request[name] !== undefined && !settings.includes(name));
  if (excess !== undefined) throw unsupported(`the setting "${excess}" is not taken: leave it out`);
}

interface Asked {
  readonly settings: PluginSettings;
  readonly request: STTRequest;
  readonly options: ReferenceSTTOptions;
  readonly capabilities: STTCapabilities;
  /** Fires when the instance is closed. */
  readonly closing: AbortSignal;
}

async function* transcribe(call: Call, asked: Asked): AsyncGenerator<STTEvent, void, void> {
  const { request, capabilities } = asked;
  const key = readKey({ provider, apiKey: asked.settings.apiKey, environment: 'REFERENCE_API_KEY' });
  const sent = new SentAudio(request.sampleRate);
  const messages = new ListenMessages(sent, capabilities, asked.options);
  using either = linkSignals(call.signal, asked.closing);
  let toldMs = 0;
  const usage = (): STTEvent => {
    const audioMs = sent.sentMs - toldMs;
    toldMs = sent.sentMs;
    return { type: 'usage', usage: { audioMs } };
  };
  try {
    const socket = await call.open(connect(either.signal, asked, key));
    const sending = await call.open(new Sending(socket, sent, asked));
    for await (const message of socket.messages) {
      yield* messages.take(message);
      if (messages.isDone) break;
    }
    if (call.signal.aborted) return yield usage();
    if (sending.failure !== undefined) throw sending.failure.error;
    if (!messages.isDone) throw closeError(await socket.closed, { provider, secrets: [key] });
    yield usage();
  } catch (error) {
    if (call.signal.aborted) return yield usage();
    throw error;
  }
}

function connect(signal: AbortSignal, { settings, request }: Asked, key: string): Promise<Socket> {
  const query = new URLSearchParams({ model, rate: String(request.sampleRate) });
  if (request.language !== undefined) query.set('language', request.language);
  for (const term of request.keyterms ?? []) query.append('keyterm', term);
  if (request.endpointingMs !== undefined) query.set('endpointing', String(request.endpointingMs));
  return openSocket({
    url: `${settings.baseUrl ?? 'wss://reference.example'}/v1/listen?${query.toString()}`,
    headers: { authorization: `Bearer ${key}` },
    signal,
    clock: request.clock,
    provider,
    requestIdHeader: 'request-id',
    secrets: [key],
  });
}

/** Sends what the caller gives, until it ends. */
class Sending implements Disposable {
  /** Why it stopped: what the caller gave cannot be sent. */
  failure: { readonly error: unknown } | undefined;
  readonly #socket: Socket;
  readonly #sent: SentAudio;
  readonly #asked: Asked;
  readonly #keepAlive: KeepAlive;

  constructor(socket: Socket, sent: SentAudio, asked: Asked) {
    this.#socket = socket;
    this.#sent = sent;
    this.#asked = asked;
    this.#keepAlive = new KeepAlive({
      clock: asked.request.clock,
      intervalMs: asked.options.keepAliveMs ?? 4000,
      send: () => socket.send(JSON.stringify({ type: 'alive' })),
    });
    void this.#sendAll();
  }

  [Symbol.dispose](): void {
    this.#keepAlive[Symbol.dispose]();
  }

  /** Never rejects: a failure ends the socket, and with it the call. */
  async #sendAll(): Promise<void> {
    try {
      for await (const input of this.#asked.request.audio) this.#send(input);
      this.#socket.send(JSON.stringify({ type: 'end' }));
    } catch (error) {
      this.failure = { error };
      this.#socket.close();
    }
  }

  #send(input: STTInput): void {
    this.#keepAlive.touch();
    if (input.type === 'audio') {
      const { sampleRate, channels } = input.frame;
      if (sampleRate !== this.#asked.request.sampleRate || channels !== 1)
        throw unsupported(`a frame has ${channels} channel(s) at ${sampleRate} Hz: give it at the call's rate, and mono`);
      // An empty message would end the audio.
      if (input.frame.samples.length === 0) return;
      this.#sent.frame(input.frame);
      return this.#socket.send(pcmBytes(input.frame.samples));
    }
    if (input.type === 'update') {
      const excess = settingNames.find((name) => input[name] !== undefined && !this.#asked.capabilities.updatable.includes(name));
      if (excess !== undefined) throw unsupported(`the setting "${excess}" cannot change during a call: open another`);
    }
    this.#socket.send(JSON.stringify(input));
  }
}
