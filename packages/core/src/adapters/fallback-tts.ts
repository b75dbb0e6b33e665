import { createFrameConverter } from '../audio/frame-converter.js';
import { APIError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { CallOptions } from '../provider/call-options.js';
import type { TTS, TTSEvent, TTSInput, TTSRequest } from '../provider/tts.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { type FallbackAvailability, FallbackLine } from './fallback-line.js';
import { withFirstOutput } from './first-output.js';
import { ReplayedInput } from './replayed-input.js';

export interface FallbackTTSOptions {
  /** In order of preference, two or more. The adapter closes them with itself. */
  readonly models: readonly TTS[];
  /** From the first text to the first audio of one model, before the next is tried. Default 2,500: the session gives all of them 3,000 together. */
  readonly firstOutputMs?: number | null | undefined;
}

export type FallbackTTS = TTS & FallbackAvailability;

/**
 * One TTS made of several: each call goes to the first that works, and to the next if that fails before its first audio, with all the text
 * again. What fails later ends the call: the session makes it again, from the sentence that was not complete, and it goes to the next. One
 * that failed is asked again by a word of its own (at once, and with each later call), and used again when that was spoken.
 *
 * Audio has the sample rate that was asked for, one of the first model's: what another gives is converted.
 *
 * @throws {TypeError} There are fewer than two models.
 */
export function createFallbackTTS({ models, firstOutputMs }: FallbackTTSOptions): FallbackTTS {
  const line = new FallbackLine('createFallbackTTS', models, probe);
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider: 'fallback',
    model: line.name,
    capabilities: {
      streaming: models.every(({ capabilities }) => capabilities.streaming),
      wordTimings: models.every(({ capabilities }) => capabilities.wordTimings),
      sampleRates: models[0]?.capabilities.sampleRates ?? [],
    },
    synthesize: (request) => synthesize(line, request, firstOutputMs ?? 2500),
    prewarm: (options) => line.prewarm(options),
    close: () => line.close(),
    get availability() {
      return line.availability;
    },
    onAvailabilityChanged: (listener) => line.onAvailabilityChanged(listener),
  };
}

async function* synthesize(line: FallbackLine<TTS>, request: TTSRequest, limitMs: number): AsyncGenerator<TTSEvent, void, void> {
  const input = new ReplayedInput(request.text);
  const failures: unknown[] = [];
  for (const model of line.begin(request)) {
    let hasDelivered = false;
    try {
      for await (const event of attempt(model, { request, input, limitMs })) {
        hasDelivered ||= event.type === 'audio' || event.type === 'segment-end';
        yield event.type === 'usage' || event.type === 'response-metadata'
          ? { provider: model.provider, model: model.model, ...event }
          : event;
      }
      if (hasDelivered && !request.signal.aborted) line.worked(model, request);
      return;
    } catch (error) {
      if (request.signal.aborted) return;
      line.failed(model, request);
      if (hasDelivered) throw error;
      failures.push(error);
    }
  }
  throw line.exhausted(failures);
}

interface Attempt {
  readonly request: TTSRequest;
  readonly input: ReplayedInput<TTSInput>;
  readonly limitMs: number;
}

async function* attempt(model: TTS, { request, input, limitMs }: Attempt): AsyncGenerator<TTSEvent, void, void> {
  const { provider, capabilities } = model;
  const sampleRate = capabilities.sampleRates.includes(request.sampleRate) ? request.sampleRate : capabilities.sampleRates[0];
  const start = (signal: AbortSignal, { begin }: { readonly begin: () => void }) => {
    // Whether the model reads it or not: one that does not is to be found out. What reading fails with reaches the model.
    void input.first().then(begin, () => {});
    return model.synthesize({ ...request, signal, text: input.read(), sampleRate: sampleRate ?? request.sampleRate });
  };
  const frames: AudioFrame[] = [];
  using converter = createFrameConverter({
    sampleRate: request.sampleRate,
    clock: request.clock,
    onFrame: (frame) => void frames.push(frame),
  });
  let hasAudio = false;
  for await (const event of withFirstOutput(request, { provider, limitMs, start, isOutput: ({ type }) => type === 'audio' })) {
    hasAudio ||= event.type === 'audio';
    if (event.type === 'segment-end' && !hasAudio && input.hasRead((item) => item.type === 'text' && isSpeakable(item.text)))
      throw new APIError('gave no audio for its text', { kind: 'protocol', provider, retryable: true });
    if (event.type === 'audio') await converter.push(event.frame);
    else if (event.type === 'segment-end') converter.flush();
    if (event.type === 'audio' || event.type === 'segment-end')
      for (const frame of frames.splice(0)) yield { type: 'audio', segmentId: event.segmentId, frame };
    if (event.type !== 'audio') yield event;
  }
}

const isSpeakable = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

async function probe(model: TTS, call: CallOptions): Promise<void> {
  const text = (async function* (): AsyncGenerator<TTSInput, void, void> {
    yield { type: 'text', segmentId: 'probe', text: 'Yes.' };
    yield { type: 'flush', segmentId: 'probe' };
  })();
  const sampleRate = model.capabilities.sampleRates[0] ?? 24_000;
  for await (const event of readUntilAbort(model.synthesize({ ...call, text, sampleRate }), call)) if (event.type === 'audio') return;
  throw new Error('a probe was not spoken');
}
