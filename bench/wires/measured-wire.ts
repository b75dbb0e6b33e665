import { once } from 'node:events';
import { deepgramWires, elevenLabsWires, openaiWires } from '@parley/conformance/wires';
import {
  type LLMHeard,
  type LLMStep,
  type LLMWire,
  playVendor,
  type STTHeard,
  type STTStep,
  type STTWire,
  type TTSHeard,
  type TTSStep,
  type TTSWire,
  type VendorCall,
  type Wire,
} from '@parley/conformance/wire';
import { startLoopbackServer, type VendorSocket } from '@parley/conformance/loopback';
import type { CallOptions, LLM, PluginSettings, STT, STTInput, TTS, TTSInput } from '@parley/core/provider';
import { Channel, createDeferred, realClock } from '@parley/core/provider-kit';
import { createDeepgram } from '@parley/deepgram';
import { createElevenLabs } from '@parley/elevenlabs';
import { createOpenAI } from '@parley/openai';
import { WebSocket } from 'ws';

/** A stream that is open, from both ends: the vendor says something, and it arrives. */
export interface MeasuredStream extends AsyncDisposable {
  /** Has the vendor say the next piece, different from the last. */
  say(): Promise<void>;
  /** Called for each piece that arrives as an event. */
  onPiece: () => void;
}

/** One vendor, and one instance that was led to it. */
export interface MeasuredInstance extends AsyncDisposable {
  /** A stream at a time: the next is asked for once this one is open. */
  open(): Promise<MeasuredStream>;
}

export interface MeasuredWire {
  readonly name: string;
  readonly of: 'text' | 'audio';
  start(): Promise<MeasuredInstance>;
}

const callOptions = (signal: AbortSignal): CallOptions => ({
  signal,
  clock: realClock,
  logger: { log: () => {} },
  sessionId: 'bench',
  callId: 'bench',
});

/** 20 ms at 24 kHz: a frame, so that none waits for more. */
const pieceSamples = 480;

/** What a plugin adds is measured over this: the same loopback, and nothing behind the socket. */
export const bareSocket: MeasuredWire = {
  name: 'bare socket',
  of: 'text',
  async start() {
    let opened: VendorSocket | undefined;
    const server = await startLoopbackServer({
      serve: (connection) => {
        if (connection.type !== 'websocket') return;
        connection.accept();
        opened = connection;
      },
    });
    return {
      async open() {
        const socket = new WebSocket(server.wsUrl);
        await once(socket, 'open');
        let count = 0;
        const stream: MeasuredStream = {
          say: async () => opened?.send(JSON.stringify({ type: 'piece', text: `piece ${(count += 1)}`.padEnd(400) })),
          onPiece: () => {},
          [Symbol.asyncDispose]: async () => socket.terminate(),
        };
        socket.on('message', () => stream.onPiece());
        return stream;
      },
      [Symbol.asyncDispose]: () => server.close(),
    };
  },
};

const sttOver = (name: string, wire: STTWire, create: (settings: PluginSettings) => STT): MeasuredWire => ({
  name,
  of: 'text',
  start: () =>
    startInstance<STTHeard, STTStep>({
      wire,
      pieceType: 'transcript-interim',
      step: (count) => {
        const text = `This is what was said so far, ${count}`;
        const words = text.split(' ').map((word, index) => ({ text: word, startMs: index * 10, endMs: index * 10 + 10 }));
        return { type: 'interim', text, startMs: 0, endMs: 100, words };
      },
      start(settings) {
        const stt = create(settings);
        return {
          call: (signal) => stt.transcribe({ ...callOptions(signal), audio: new Channel<STTInput>({ capacity: 1 }), sampleRate: 16_000 }),
          close: () => stt.close?.(),
        };
      },
    }),
});

const ttsOver = (name: string, wire: TTSWire, create: (settings: PluginSettings) => TTS): MeasuredWire => ({
  name,
  of: 'audio',
  start: () =>
    startInstance<TTSHeard, TTSStep>({
      wire,
      pieceType: 'audio',
      step: (count) => ({ type: 'audio', samples: new Int16Array(pieceSamples).fill(count) }),
      start(settings) {
        const tts = create(settings);
        return {
          call(signal) {
            const text = new Channel<TTSInput>({ capacity: 2 });
            void text.push({ type: 'text', segmentId: '1', text: 'A long reply.' });
            void text.push({ type: 'flush', segmentId: '1' });
            return tts.synthesize({ ...callOptions(signal), text, sampleRate: 24_000 });
          },
          close: () => tts.close?.(),
        };
      },
    }),
});

const llmOver = (name: string, wire: LLMWire, create: (settings: PluginSettings) => LLM): MeasuredWire => ({
  name,
  of: 'text',
  start: () =>
    startInstance<LLMHeard, LLMStep>({
      wire,
      pieceType: 'text-delta',
      step: (count) => ({ type: 'text', text: `word ${count} ` }),
      start(settings) {
        const llm = create(settings);
        const chat = [{ type: 'message', id: '1', createdAtMs: 0, role: 'user', content: [{ type: 'text', text: 'Hello.' }] }] as const;
        return {
          call: (signal) => llm.generate({ ...callOptions(signal), chat, tools: [], toolChoice: 'auto' }),
          close: () => llm.close?.(),
        };
      },
    }),
});

const deepgramVoice = 'aura-2-thalia-en';

export const pluginWires: readonly MeasuredWire[] = [
  sttOver('deepgram listen', deepgramWires.listen, (settings) => createDeepgram(settings).stt(deepgramWires.listen.model)),
  sttOver('deepgram flux', deepgramWires.flux, (settings) => createDeepgram(settings).stt(deepgramWires.flux.model)),
  ttsOver('deepgram speak', deepgramWires.speak, (settings) => createDeepgram(settings).tts(deepgramVoice, { transport: 'websocket' })),
  ttsOver('deepgram speak over rest', deepgramWires.speakRest, (settings) =>
    createDeepgram(settings).tts(deepgramVoice, { transport: 'rest' }),
  ),
  sttOver('elevenlabs scribe', elevenLabsWires.scribeRealtime, (settings) => createElevenLabs(settings).stt()),
  ttsOver('elevenlabs speech', elevenLabsWires.multiContextSpeech, (settings) => createElevenLabs(settings).tts()),
  ttsOver('elevenlabs speech over rest', elevenLabsWires.httpSpeech, (settings) =>
    createElevenLabs(settings).tts('flash-v2.5', { transport: 'rest' }),
  ),
  llmOver('openai chat', openaiWires.chatCompletions, (settings) => createOpenAI(settings).llm()),
  llmOver('openai responses', openaiWires.responses, (settings) => createOpenAI(settings).llm(undefined, { api: 'responses' })),
  ttsOver('openai speech', openaiWires.speech, (settings) => createOpenAI(settings).tts()),
];

interface Started {
  readonly call: (signal: AbortSignal) => AsyncIterable<{ readonly type: string }>;
  readonly close: () => Promise<void> | undefined;
}

async function startInstance<Heard extends {}, Step>(options: {
  readonly wire: Wire<string, Heard, Step>;
  readonly pieceType: string;
  readonly step: (count: number) => Step;
  readonly start: (settings: PluginSettings) => Started;
}): Promise<MeasuredInstance> {
  const { wire, pieceType, step, start } = options;
  let onCall = (_call: VendorCall<Heard, Step>) => {};
  const vendor = await playVendor(wire, async (call) => {
    onCall(call);
    for await (const _heard of call.heard);
  });
  const instance = start(vendor.settings);
  return {
    async open() {
      const controller = new AbortController();
      const opened = createDeferred<VendorCall<Heard, Step>>();
      onCall = (call) => opened.resolve(call);
      let count = 0;
      const stream: MeasuredStream = {
        say: async () => (await opened.promise).send(step((count += 1))),
        onPiece: () => {},
        async [Symbol.asyncDispose]() {
          controller.abort(new DOMException('measured', 'AbortError'));
          await reading;
        },
      };
      const reading = (async () => {
        for await (const event of instance.call(controller.signal)) if (event.type === pieceType) stream.onPiece();
      })();
      await opened.promise;
      return stream;
    },
    async [Symbol.asyncDispose]() {
      await instance.close();
      await vendor[Symbol.asyncDispose]();
    },
  };
}
