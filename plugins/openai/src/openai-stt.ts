import type { AudioFrame, STT, STTEvent, STTRequest } from '@parley/core/provider';
import { type Call, callStream, primaryTag, wavBytes } from '@parley/core/provider-kit';
import type { OpenAIClient } from './openai-client.js';
import { protocolError, toAPIError, unsupported } from './openai-error.js';
import type { OpenAISTTOptions } from './openai-settings.js';

/** The vendor takes files of 25 MB: at 16 kHz 13 minutes. @see https://platform.openai.com/docs/guides/speech-to-text */
const mostSamples = 12_000_000;
const sampleRates = Object.freeze([16_000, 24_000, 8_000, 48_000]);

const capabilities: STT['capabilities'] = Object.freeze({
  streaming: false,
  interimTranscripts: false,
  endpointing: false,
  turnDetection: false,
  wordTimings: false,
  speakers: false,
  settings: Object.freeze(['language', 'keyterms'] as const),
  updatable: Object.freeze([]),
  sampleRates,
});

/** Recognition of one utterance per call, which core cuts out with a VAD. */
export function createTranscriptionSTT(client: OpenAIClient, model: string, options: OpenAISTTOptions): STT {
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'openai',
    model,
    capabilities,
    prewarm: async () => void (await client.get()),
    transcribe: (request) => {
      if (!sampleRates.includes(request.sampleRate))
        throw unsupported(`audio is taken at ${sampleRates.join(', ')} Hz, not at ${request.sampleRate}: resample it`);
      if (request.endpointingMs !== undefined) throw unsupported('this model hears one utterance at a time: it has no endpointing');
      return callStream(request, (call) => transcribe(call, { client, model, request, options }));
    },
  };
}

interface Asked {
  readonly client: OpenAIClient;
  readonly model: string;
  readonly request: STTRequest;
  readonly options: OpenAISTTOptions;
}

async function* transcribe({ signal }: Call, { client, model, request, options }: Asked): AsyncGenerator<STTEvent, void, void> {
  const { samples, startMs, endMs } = await readUtterance(request);
  // What was sent, without the gaps in it.
  const usage = { type: 'usage', usage: { audioMs: Math.round((samples.length * 1000) / request.sampleRate) } } as const;
  if (samples.length === 0 || signal.aborted) return;
  const prompt = [options.prompt, request.keyterms?.join(', ')].filter((part) => part !== undefined && part !== '').join('\n');
  try {
    const sdk = await client.get();
    const file = new File([wavBytes(samples, request.sampleRate)], 'utterance.wav', { type: 'audio/wav' });
    const { data, request_id: requestId } = await sdk.audio.transcriptions
      .create(
        {
          file,
          model,
          response_format: 'json',
          ...(request.language === undefined ? {} : { language: primaryTag(request.language) }),
          ...(prompt === '' ? {} : { prompt }),
        },
        { signal, maxRetries: 0 },
      )
      .withResponse();
    const text: unknown = data.text;
    if (typeof text !== 'string') throw protocolError('the vendor answered without a transcript');
    yield { type: 'response-metadata', ...(requestId === null || requestId === undefined ? {} : { requestId }), model };
    yield usage;
    yield { type: 'transcript-final', segmentId: '1', text: text.trim(), startMs, endMs };
  } catch (error) {
    // It was sent, and is billed.
    if (signal.aborted) return yield usage;
    throw toAPIError(error, request.clock);
  }
}

/** @throws {APIError} kind `unsupported`: audio or a setting that was not declared. */
async function readUtterance(
  request: STTRequest,
): Promise<{ readonly samples: Int16Array; readonly startMs: number; readonly endMs: number }> {
  const frames: AudioFrame[] = [];
  let length = 0;
  for await (const input of request.audio) {
    if (input.type === 'update') throw unsupported('no setting can be changed within a call: open another');
    if (input.type === 'flush') continue;
    checkFrame(input.frame, request);
    length += input.frame.samples.length;
    if (length > mostSamples) throw unsupported(`an utterance has more than ${mostSamples} samples: cut it into shorter ones`);
    frames.push(input.frame);
  }
  const samples = new Int16Array(length);
  let at = 0;
  for (const frame of frames) {
    samples.set(frame.samples, at);
    at += frame.samples.length;
  }
  const startMs = frames[0]?.atMs ?? 0;
  const last = frames.at(-1);
  const endMs = last === undefined ? startMs : last.atMs + (last.samples.length * 1000) / last.sampleRate;
  return { samples, startMs, endMs };
}

/** The file says one rate and one channel for all of it. */
function checkFrame({ sampleRate, channels }: AudioFrame, request: STTRequest): void {
  if (sampleRate !== request.sampleRate)
    throw unsupported(`a frame has ${sampleRate} Hz in a call of ${request.sampleRate} Hz: resample it`);
  if (channels !== 1) throw unsupported(`a frame has ${channels} channels: mix them into one`);
}
