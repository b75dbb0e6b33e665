import type { CallOptions, TTSInput } from '@parley/core/provider';
import { untilAborted } from '../call/until-aborted.js';
import { eventFault } from '../call/event-fault.js';
import type { CallAtVendor, CallEvent, Manner } from '../call/manner.js';

/** Of audio in each part of an answer. */
const partMs = 200;

export async function* textInput(...inputs: readonly TTSInput[]): AsyncGenerator<TTSInput, void, void> {
  yield* inputs;
}

/** A segment, whole. */
export const segmentOf = (segmentId: string, text: string): readonly TTSInput[] => [
  { type: 'text', segmentId, text },
  { type: 'flush', segmentId },
];

/** Text of a reply that is not over: no end until the call is aborted. */
async function* openText(inputs: readonly TTSInput[], { signal }: Pick<CallOptions, 'signal'>): AsyncGenerator<TTSInput, void, void> {
  yield* inputs;
  await untilAborted(signal);
}

/** A frame is at most so long: what is less may wait for more. */
const mostHeldMs = 60;

const sentence = (mark: number) => `This is call ${mark}.`;
const valueOf = (mark: number, part: number) => mark * 1000 + part;

export interface HeardText {
  readonly text: string;
  readonly sampleRate: number;
  readonly voice?: string | undefined;
  readonly language?: string | undefined;
}

/** What is to be said, up to its flush. */
export async function hearText(call: CallAtVendor<'tts'>): Promise<HeardText> {
  let heard: HeardText = { text: '', sampleRate: 24_000 };
  for (;;) {
    const next = await call.heard[Symbol.asyncIterator]().next();
    if (next.done === true) return heard;
    const { value } = next;
    if (value.type === 'flush' || value.type === 'cancel' || value.type === 'end') return heard;
    if (value.type === 'settings') heard = { ...heard, sampleRate: value.sampleRate, voice: value.voice, language: value.language };
    if (value.type === 'text') heard = { ...heard, text: heard.text + value.text };
  }
}

/** So many milliseconds of one value. */
export const soundOf = (value: number, durationMs: number, sampleRate: number): Int16Array =>
  new Int16Array(Math.round((durationMs * sampleRate) / 1000)).fill(value);

const rates = new WeakMap<object, number>();
const say = (call: CallAtVendor<'tts'>, value: number) =>
  call.send({ type: 'audio', samples: soundOf(value, partMs, rates.get(call.connection) ?? 24_000) });

export const ttsManner: Manner<'tts'> = {
  prefix: 'TTS',
  start(instance, options, { mark, staysOpen = false, providerOptions, metadata }) {
    const inputs = segmentOf('segment-1', sentence(mark));
    return instance.synthesize({
      ...options,
      text: staysOpen ? openText(inputs, options) : textInput(...inputs),
      sampleRate: instance.capabilities.sampleRates[0] ?? 24_000,
      ...(providerOptions === undefined ? {} : { providerOptions }),
      ...(metadata === undefined ? {} : { metadata }),
    });
  },
  async hear(call) {
    const { text, sampleRate } = await hearText(call);
    rates.set(call.connection, sampleRate);
    return Number(/call (\d)/.exec(text)?.[1] ?? 0);
  },
  begin: (call, mark) => say(call, valueOf(mark, 1)),
  goOn: (call, mark) => say(call, valueOf(mark, 2)),
  async finish(call, mark) {
    await say(call, valueOf(mark, 3));
    await call.send({ type: 'segment-end' });
  },
  hasParts: () => true,
  // A body of audio ends, and that is all.
  hasMarker: ({ wire }) => wire?.transport !== 'http',
  partsOf: (events) => Math.floor((durationOf(events) - partMs + mostHeldMs) / partMs),
  content: (events) => soundsOf(events),
  expected: (mark, parts = 0) =>
    [1, ...(parts === 0 ? [] : [2]), 3].map((part) => `${valueOf(mark, part)} for ${part === 2 ? parts * partMs : partMs} ms`).join(', '),
  begun: (mark) => `${valueOf(mark, 1)} for ${partMs} ms`,
  // Some end each piece in a space, which is billed.
  usageFault: ({ characters }, calls = 1) =>
    characters === undefined || Math.abs(characters - calls * sentence(1).length) <= 2 * calls
      ? undefined
      : `${calls * sentence(1).length} characters were given`,
  fault: eventFault('tts'),
};

const durationOf = (events: readonly CallEvent[]): number =>
  events.reduce((ms, event) => (event.type === 'audio' ? ms + (event.frame.samples.length * 1000) / event.frame.sampleRate : ms), 0);

/** Audio as runs of one value: `1001 for 200 ms, 1003 for 200 ms`. */
export function soundsOf(events: readonly CallEvent[]): string {
  const runs: { readonly value: number; durationMs: number }[] = [];
  for (const event of events) {
    if (event.type !== 'audio') continue;
    const { samples, sampleRate } = event.frame;
    for (const value of samples) {
      const last = runs.at(-1);
      if (last?.value === value) last.durationMs += 1000 / sampleRate;
      else runs.push({ value, durationMs: 1000 / sampleRate });
    }
  }
  return runs.map(({ value, durationMs }) => `${value} for ${Math.round(durationMs)} ms`).join(', ');
}
