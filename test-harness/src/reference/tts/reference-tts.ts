import type { Clock, PluginSettings, TTS, TTSCapabilities, TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, callStream, linkSignals, openSocket, PcmReader, readKey } from '@parley/core/provider-kit';
import { failureError, protocolError, provider, unsupported } from '../reference-error.js';
import { mustBeShort } from '../must-be-short.js';
import type { Fields } from '../read-fields.js';
import { SpeakSegments } from './speak-segments.js';
import { type SpeakContext, SpeakSocket } from './speak-socket.js';

/** What may be changed of it. */
export interface ReferenceTTSOptions {
  readonly capabilities?: Partial<TTSCapabilities> | undefined;
  /** How often something is said in silence; undefined is 4,000, half of what the vendor bears. */
  readonly keepAliveMs?: number | undefined;
  /** Fails over messages that it does not know. */
  readonly isStrict?: boolean | undefined;
  /** Fails over messages of more characters. */
  readonly longestMessage?: number | undefined;
  /** Makes all calls fail over a message that cannot be read, with the error of whoever tried. */
  readonly fallsOverMalformed?: boolean | undefined;
  /** Does not see that a socket was closed. */
  readonly keepsClosedSockets?: boolean | undefined;
}

const all: TTSCapabilities = { streaming: true, wordTimings: true, sampleRates: [24_000, 16_000, 8000] };
const model = 'reference-speak';

/** A correct voice of an invented vendor: all calls share a socket, each is a context on it. */
export function createReferenceTTS(settings: PluginSettings, options: ReferenceTTSOptions = {}): TTS {
  const given = { ...all, ...options.capabilities };
  const capabilities = Object.freeze({ ...given, sampleRates: Object.freeze([...given.sampleRates]) });
  const sockets = new SpeakSockets(settings, options);
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider,
    model,
    capabilities,
    synthesize: (request) => {
      const { sampleRates } = capabilities;
      if (!sampleRates.includes(request.sampleRate))
        throw unsupported(`this voice speaks at ${sampleRates.join(', ')} Hz, not at ${request.sampleRate}: resample its audio`);
      return callStream(request, (call) => synthesize(call, { sockets, request, options, capabilities }));
    },
    prewarm: async ({ signal, clock }) => {
      signal.throwIfAborted();
      const link = linkSignals(signal);
      try {
        const fired = new Promise<never>((_resolve, reject) => link.onAbort(() => reject(signal.reason)));
        await Promise.race([sockets.at(capabilities.sampleRates[0] ?? 0, clock), fired]);
      } finally {
        link[Symbol.dispose]();
      }
    },
    close: async () => sockets.close(),
  };
}

/** The sockets of one instance, one for each rate. */
class SpeakSockets {
  readonly #settings: PluginSettings;
  readonly #options: ReferenceTTSOptions;
  readonly #closing = new AbortController();
  readonly #byRate = new Map<number, Promise<SpeakSocket>>();

  constructor(settings: PluginSettings, options: ReferenceTTSOptions) {
    this.#settings = settings;
    this.#options = options;
  }

  /** Opened when it is first asked for, and anew when it was closed. */
  async at(sampleRate: number, clock: Clock): Promise<SpeakSocket> {
    const known = await this.#byRate.get(sampleRate);
    if (known !== undefined && (!known.isClosed || this.#options.keepsClosedSockets === true)) return known;
    const opening = this.#open(sampleRate, clock);
    this.#byRate.set(sampleRate, opening);
    // Who asked for it hears of it; the next one tries anew.
    opening.catch(() => this.#byRate.delete(sampleRate));
    return opening;
  }

  close(): void {
    this.#closing.abort();
  }

  async #open(sampleRate: number, clock: Clock): Promise<SpeakSocket> {
    const key = readKey({ provider, apiKey: this.#settings.apiKey, environment: 'REFERENCE_API_KEY' });
    const query = new URLSearchParams({ model, rate: String(sampleRate) });
    return new SpeakSocket(
      await openSocket({
        url: `${this.#settings.baseUrl ?? 'wss://reference.example'}/v1/speak?${query.toString()}`,
        headers: { authorization: `Bearer ${key}` },
        signal: this.#closing.signal,
        clock,
        provider,
        requestIdHeader: 'request-id',
        secrets: [key],
      }),
      { secrets: [key], fallsOverMalformed: this.#options.fallsOverMalformed === true },
    );
  }
}

interface Asked {
  readonly sockets: SpeakSockets;
  readonly request: TTSRequest;
  readonly options: ReferenceTTSOptions;
  readonly capabilities: TTSCapabilities;
}

async function* synthesize(call: Call, asked: Asked): AsyncGenerator<TTSEvent, void, void> {
  const { request, sockets } = asked;
  let speech: Speech | undefined;
  try {
    const socket = await sockets.at(request.sampleRate, request.clock);
    if (call.signal.aborted) return;
    const { voice, language, clock } = request;
    const settings = { ...(voice === undefined ? {} : { voice }), ...(language === undefined ? {} : { language }) };
    const context = await call.open(socket.open(settings, { clock, keepAliveMs: asked.options.keepAliveMs ?? 4000 }));
    if (socket.requestId !== undefined) yield { type: 'response-metadata', requestId: socket.requestId };
    speech = new Speech(context, asked);
    yield* speech.events();
  } catch (error) {
    if (!call.signal.aborted) throw error;
  }
  if (call.signal.aborted && speech !== undefined) yield speech.usage();
}

/** What is said in one call. */
class Speech {
  readonly #context: SpeakContext;
  readonly #asked: Asked;
  readonly #segments = new SpeakSegments();
  readonly #reader: PcmReader;
  #input: 'open' | 'ended' | { readonly error: unknown } = 'open';
  #characters = 0;

  constructor(context: SpeakContext, asked: Asked) {
    this.#context = context;
    this.#asked = asked;
    this.#reader = new PcmReader({ sampleRate: asked.request.sampleRate });
  }

  /** Of what was sent since it was last asked for. */
  usage(): TTSEvent {
    const characters = this.#characters;
    this.#characters = 0;
    return { type: 'usage', usage: { characters } };
  }

  async *events(): AsyncGenerator<TTSEvent, void, void> {
    void this.#send();
    for await (const message of this.#context.messages) {
      if (message.type === 'vendor') yield* this.#told(message.fields);
      for (const segmentId of this.#segments.takeEnded()) yield { type: 'segment-end', segmentId };
      if (typeof this.#input === 'object') throw this.#input.error;
      if (this.#input === 'ended' && this.#segments.isDone) break;
    }
    yield this.usage();
    this.#context.finish();
  }

  /** Never rejects: what the caller's input fails with is thrown to the caller. */
  async #send(): Promise<void> {
    try {
      for await (const input of this.#asked.request.text) {
        if (input.type === 'text') this.#sendText(this.#segments.text(input.segmentId, input.text));
        else if (this.#segments.flush(input.segmentId)) this.#context.send({ type: 'flush' });
        void this.#context.messages.push({ type: 'input' });
      }
      this.#input = 'ended';
    } catch (error) {
      this.#input = { error };
    }
    void this.#context.messages.push({ type: 'input' });
  }

  #sendText(text: string): void {
    if (text === '') return;
    this.#characters += text.length;
    this.#context.send({ type: 'text', text });
  }

  *#told(fields: Fields): Generator<TTSEvent> {
    const segmentId = this.#segments.current;
    const type = fields.text('type');
    const { isStrict = false, longestMessage } = this.#asked.options;
    mustBeShort(fields.optional('padding') ?? '', longestMessage);
    if (isStrict && type === 'news') throw protocolError('there is no message "news"');
    if (type === 'failure') throw failureError(fields.text('reason'));
    if (segmentId === undefined) return;
    if (type === 'audio') yield* this.#audio(segmentId, fields.text('audio'));
    else if (type === 'words' && this.#asked.capabilities.wordTimings) yield* wordsOf(segmentId, fields);
    else if (type === 'flushed') {
      const frame = this.#reader.flush();
      if (frame !== undefined) yield { type: 'audio', segmentId, frame };
      this.#segments.said();
    }
  }

  *#audio(segmentId: string, base64: string): Generator<TTSEvent> {
    for (const frame of this.#reader.push(Buffer.from(base64, 'base64'))) yield { type: 'audio', segmentId, frame };
  }
}

function* wordsOf(segmentId: string, fields: Fields): Generator<TTSEvent> {
  for (const word of fields.list('words')) {
    yield {
      type: 'word',
      segmentId,
      text: word.text('text'),
      startMs: word.number('startMs'),
      endMs: word.number('endMs'),
      inputStart: word.number('inputStart'),
      inputEnd: word.number('inputEnd'),
    };
  }
}
