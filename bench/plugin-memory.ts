import { type TTSWire, playVendor } from '@parley/conformance/wire';
import { deepgramWires, elevenLabsWires, openaiWires } from '@parley/conformance/wires';
import type { PluginSettings, TTS } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { createDeepgram } from '@parley/deepgram';
import { createElevenLabs } from '@parley/elevenlabs';
import { createOpenAI } from '@parley/openai';
import type { BenchRow } from './bench-row.js';
import { fillYoungGeneration, memoryAfterCollection } from './load/collect-garbage.js';
import { type MeasuredInstance, type MeasuredStream, type MeasuredWire, pluginWires } from './wires/measured-wire.js';

const streams = { first: 20, further: 100 } as const;
/** Of text, or 20 ms of audio: enough that all that a stream needs is there. */
const piecesOfEach = 50;

/** What each further stream takes, the vendor's end of it included: both are in this process. And how often a voice is dialled. */
export async function measurePluginMemory(): Promise<readonly BenchRow[]> {
  const rows: BenchRow[] = [];
  // In a function of its own, which leaves nothing of one wire to the next.
  for (const wire of pluginWires) rows.push(...(await memoryOfStreams(wire)));
  rows.push(await handshakes('deepgram speak', deepgramWires.speak, (settings) => createDeepgram(settings).tts()));
  rows.push(await handshakes('elevenlabs speech', elevenLabsWires.multiContextSpeech, (settings) => createElevenLabs(settings).tts()));
  rows.push(await handshakes('openai speech', openaiWires.speech, (settings) => createOpenAI(settings).tts()));
  return rows;
}

async function memoryOfStreams(wire: MeasuredWire): Promise<readonly BenchRow[]> {
  await using instance = await wire.start();
  const first = await openStreams(instance, streams.first);
  fillYoungGeneration();
  const before = await memoryAfterCollection();
  const further = await openStreams(instance, streams.further);
  const after = await memoryAfterCollection();
  await Promise.all([...first, ...further].map((stream) => stream[Symbol.asyncDispose]()));
  const eachKb = (of: 'rssKb' | 'heapKb') => (after[of] - before[of]) / streams.further;
  return [
    { what: `${wire.name}: resident memory of each stream`, figures: [eachKb('rssKb')], unit: 'KB' },
    { what: `${wire.name}: of it on the heap and in buffers`, figures: [eachKb('heapKb')], unit: 'KB' },
  ];
}

async function openStreams(instance: MeasuredInstance, count: number): Promise<readonly MeasuredStream[]> {
  const opened: MeasuredStream[] = [];
  while (opened.length < count) opened.push(await instance.open());
  for (let piece = 0; piece < piecesOfEach; piece += 1) await Promise.all(opened.map((stream) => arrives(stream)));
  return opened;
}

async function arrives(stream: MeasuredStream): Promise<void> {
  const arrived = new Promise<void>((resolve) => {
    stream.onPiece = resolve;
  });
  await stream.say();
  await arrived;
}

const utterances = 20;

async function handshakes(name: string, wire: TTSWire, create: (settings: PluginSettings) => TTS): Promise<BenchRow> {
  await using vendor = await playVendor(wire, async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') await call.send({ type: 'segment-end' });
  });
  const tts = create(vendor.settings);
  for (let index = 0; index < utterances; index += 1) {
    const { signal } = new AbortController();
    async function* text() {
      yield { type: 'text', segmentId: '1', text: 'One more sentence.' } as const;
      yield { type: 'flush', segmentId: '1' } as const;
    }
    const request = { signal, clock: realClock, logger: { log: () => {} }, sessionId: 'bench', callId: 'bench' };
    for await (const _event of tts.synthesize({ ...request, text: text(), sampleRate: 24_000 }));
  }
  await tts.close?.();
  return {
    what: `${name}: handshakes of ${utterances} utterances, one after another`,
    figures: [vendor.record.connections],
    unit: 'calls',
    atMost: 1,
  };
}
