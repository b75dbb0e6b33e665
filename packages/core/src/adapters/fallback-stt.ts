import { APIError, isAPIError } from '../provider/api-error.js';
import type { CallOptions } from '../provider/call-options.js';
import type { STT, STTCapabilities, STTEvent, STTInput, STTRequest } from '../provider/stt.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { type FallbackAvailability, FallbackLine } from './fallback-line.js';

export interface FallbackSTTOptions {
  /** In order of preference, two or more, with a sample rate that all know. The adapter closes them with itself. */
  readonly models: readonly STT[];
}

export type FallbackSTT = STT & FallbackAvailability;

/**
 * One STT made of several: each call goes to the first that works. One that fails ends the call with an error that is worth another try;
 * the session makes the call again, with all audio that was not final, and it goes to the next. One that failed is asked again by a small
 * call of its own (at once, and with each later call), and used again when that went well. What the adapter can do is what all can.
 *
 * @throws {TypeError} There are fewer than two models, or no sample rate that all know.
 */
export function createFallbackSTT({ models }: FallbackSTTOptions): FallbackSTT {
  const line = new FallbackLine('createFallbackSTT', models, probe);
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'fallback',
    model: line.name,
    capabilities: capabilitiesOf(models),
    transcribe: (request) => transcribe(line, request),
    prewarm: (options) => line.prewarm(options),
    close: () => line.close(),
    get availability() {
      return line.availability;
    },
    onAvailabilityChanged: (listener) => line.onAvailabilityChanged(listener),
  };
}

function capabilitiesOf(models: readonly STT[]): STTCapabilities {
  const each = models.map(({ capabilities }) => capabilities);
  const all = (has: (capabilities: STTCapabilities) => boolean) => each.every(has);
  const common = <Value>(list: (capabilities: STTCapabilities) => readonly Value[]): readonly Value[] =>
    each.map(list).reduce((left, right) => left.filter((value) => right.includes(value)));
  const sampleRates = common((one) => one.sampleRates);
  if (sampleRates.length === 0) throw new TypeError('createFallbackSTT: there is no sample rate that all "models" know');
  return {
    streaming: all((one) => one.streaming),
    interimTranscripts: all((one) => one.interimTranscripts),
    endpointing: all((one) => one.endpointing),
    turnDetection: all((one) => one.turnDetection),
    wordTimings: all((one) => one.wordTimings),
    speakers: all((one) => one.speakers),
    settings: common((one) => one.settings),
    updatable: common((one) => one.updatable),
    sampleRates,
  };
}

async function* transcribe(line: FallbackLine<STT>, request: STTRequest): AsyncGenerator<STTEvent, void, void> {
  const [model] = line.begin(request);
  if (model === undefined) return;
  const { provider, model: name } = model;
  const { signal } = request;
  // Given up because it said nothing, it has failed as one has that says so; the next call is made at once.
  const onAbort = () => {
    if (isSilence(signal.reason)) line.failed(model, request);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    for await (const event of model.transcribe(request)) {
      if (event.type === 'transcript-final' && event.text !== '') line.worked(model, request);
      yield event.type === 'usage' || event.type === 'response-metadata' ? { provider, model: name, ...event } : event;
    }
  } catch (error) {
    // Ended by the vendor's own rule, it works as well as before.
    if (request.signal.aborted || (isAPIError(error) && error.kind === 'expired')) throw error;
    const hadOthers = line.availability.some((one, index) => one.isAvailable && line.models[index] !== model);
    line.failed(model, request);
    if (!hadOthers) throw error;
    const kind = isAPIError(error) ? error.kind : 'connection';
    const message = `failed, and the next call goes to another model: ${error instanceof Error ? error.message : String(error)}`;
    throw new APIError(message, { kind, provider, retryable: true, cause: error });
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** As the session gives it for a call that was sent speech and said nothing. */
const isSilence = (reason: unknown): boolean => reason instanceof Error && isAPIError(reason.cause) && reason.cause.kind === 'timeout';

/** A little silence: one that works ends when it has heard it. */
async function probe(model: STT, call: CallOptions): Promise<void> {
  const sampleRate = model.capabilities.sampleRates[0] ?? 16_000;
  const audio = (async function* (): AsyncGenerator<STTInput, void, void> {
    for (let atMs = 0; atMs < 500; atMs += 20) {
      yield { type: 'audio', frame: { samples: new Int16Array(sampleRate / 50), sampleRate, channels: 1, atMs } };
    }
  })();
  for await (const _event of readUntilAbort(model.transcribe({ ...call, audio, sampleRate }), call));
}
