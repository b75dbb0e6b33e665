import type { AudioFrame, CallOptions, STTInput } from '@parley/core/provider';
import { createDeferred } from '@parley/core/provider-kit';
import { untilAborted } from '../call/until-aborted.js';
import { eventFault } from '../call/event-fault.js';
import type { CallAtVendor, CallEvent, Manner } from '../call/manner.js';

/** Of audio in a call of the rules. */
const callMs = 200;
const frameMs = 20;

/** So many milliseconds of one value, in frames of 20 ms. */
export function framesOf(options: {
  readonly value: number;
  readonly durationMs: number;
  readonly sampleRate: number;
  readonly fromMs?: number | undefined;
}): readonly AudioFrame[] {
  const { value, durationMs, sampleRate, fromMs = 0 } = options;
  return Array.from({ length: Math.round(durationMs / frameMs) }, (_frame, index) => ({
    samples: new Int16Array((sampleRate * frameMs) / 1000).fill(value),
    sampleRate,
    channels: 1,
    atMs: fromMs + index * frameMs,
  }));
}

export async function* audioInput(frames: readonly AudioFrame[]): AsyncGenerator<STTInput, void, void> {
  for (const frame of frames) yield { type: 'audio', frame };
}

/** Audio as it comes of somebody who has not hung up: no end until the call is aborted. */
async function* openAudio(frames: readonly AudioFrame[], { signal }: Pick<CallOptions, 'signal'>): AsyncGenerator<STTInput, void, void> {
  yield* audioInput(frames);
  await untilAborted(signal);
}

/** By mark: have the callers hang up. */
const hangUps = new Map<number, Set<() => void>>();

/** Audio of a caller who hangs up once the vendor has told all but the last of it, as callers do who wait for an answer. */
async function* audioUntilHungUp(
  frames: readonly AudioFrame[],
  { signal, mark }: Pick<CallOptions, 'signal'> & { readonly mark: number },
): AsyncGenerator<STTInput, void, void> {
  const waiting = hangUps.get(mark) ?? new Set();
  hangUps.set(mark, waiting);
  const { promise: isHungUp, resolve } = createDeferred<void>();
  const hangUp = () => resolve();
  waiting.add(hangUp);
  signal.addEventListener('abort', hangUp, { once: true });
  yield* audioInput(frames);
  await isHungUp;
  signal.removeEventListener('abort', hangUp);
  waiting.delete(hangUp);
}

const valueOf = (mark: number) => mark * 1000;
const text = (mark: number) => `This was said in call ${mark}.`;

/** What the vendor has heard of a call: how many samples, of which value the first is, and whether the input has ended. */
export async function hearAudio(call: CallAtVendor<'stt'>, leastMs: number): Promise<{ readonly value: number; readonly heardMs: number }> {
  let [value, samples, sampleRate] = [0, 0, 1];
  for (;;) {
    const next = await call.heard[Symbol.asyncIterator]().next();
    if (next.done === true) break;
    const heard = next.value;
    if (heard.type === 'settings') ({ sampleRate } = heard);
    if (heard.type === 'end') break;
    if (heard.type !== 'audio') continue;
    value = heard.samples.find((sample) => sample !== 0) ?? value;
    samples += heard.samples.length;
    if ((samples * 1000) / sampleRate >= leastMs) break;
  }
  return { value, heardMs: (samples * 1000) / sampleRate };
}

const sayFinal = (call: CallAtVendor<'stt'>, mark: number) =>
  call.send({ type: 'final', text: text(mark), startMs: 0, endMs: callMs, words: [{ text: text(mark), startMs: 0, endMs: callMs }] });

export const sttManner: Manner<'stt'> = {
  prefix: 'STT',
  start(instance, options, { mark, staysOpen = false, providerOptions, metadata }) {
    const sampleRate = instance.capabilities.sampleRates[0] ?? 16_000;
    const frames = framesOf({ value: valueOf(mark), durationMs: callMs, sampleRate });
    const { streaming } = instance.capabilities;
    const hungUp = streaming ? audioUntilHungUp(frames, { ...options, mark }) : audioInput(frames);
    return instance.transcribe({
      ...options,
      audio: staysOpen && streaming ? openAudio(frames, options) : hungUp,
      sampleRate,
      ...(providerOptions === undefined ? {} : { providerOptions }),
      ...(metadata === undefined ? {} : { metadata }),
    });
  },
  hear: async (call) => Math.round((await hearAudio(call, callMs)).value / 1000),
  begin: (call, mark) => sayFinal(call, mark),
  goOn: (call, mark) => sayFinal(call, mark),
  async finish(call, mark) {
    // Those who answer in one piece were told all by `begin`.
    if (call.connection.type === 'http') return;
    for (const hangUp of hangUps.get(mark) ?? []) hangUp();
    for (;;) {
      const next = await call.heard[Symbol.asyncIterator]().next();
      // A vendor that knows no end is asked to make final what there is.
      if (next.done === true || next.value.type === 'end' || next.value.type === 'flush') break;
    }
    await call.send({ type: 'done' });
  },
  hasParts: ({ declared }) => declared.capabilities.streaming,
  hasMarker: () => true,
  partsOf: (events) => finalsOf(events).length - 1,
  content: (events) => finalsOf(events).join('|'),
  expected: (mark, parts = 0) => Array.from({ length: parts + 1 }, () => text(mark)).join('|'),
  begun: text,
  usageFault: ({ audioMs }, calls = 1) =>
    audioMs === undefined || Math.abs(audioMs - calls * callMs) <= frameMs ? undefined : `${calls * callMs} ms of audio were sent`,
  fault: eventFault('stt'),
};

/** The texts of all finals that have one. */
export const finalsOf = (events: readonly CallEvent[]): string[] =>
  events.flatMap((event) => (event.type === 'transcript-final' && event.text !== '' ? [event.text] : []));
