import type { TTSEvent, TTSRequest } from '@parley/core/provider';
import { type Call, type SegmentAnswer, speakSegments } from '@parley/core/provider-kit';
import type { RestClient } from './deepgram-client.js';
import { protocolError, unsupported } from './deepgram-error.js';
import type { DeepgramTTSOptions } from './deepgram-settings.js';
import { restError } from './rest-error.js';

/** Of the vendor, per request. @see https://developers.deepgram.com/docs/text-to-speech */
const longestText = 2000;

interface Asked {
  readonly client: RestClient;
  readonly model: string;
  readonly request: TTSRequest;
  readonly options: DeepgramTTSOptions;
}

/** One request for each segment; its audio is handed on as it comes. */
export const speakOverRest = (call: Call, asked: Asked): AsyncGenerator<TTSEvent, void, void> =>
  speakSegments(call, {
    request: asked.request,
    provider: 'deepgram',
    ask: (text) => ask(asked, { text, signal: call.signal }),
    toError: (error) => restError(error, asked.request.clock),
  });

async function ask(
  { client, model, request, options }: Asked,
  { text, signal }: { readonly text: string; readonly signal: AbortSignal },
): Promise<SegmentAnswer> {
  if (text.length > longestText)
    throw unsupported(`a segment has ${text.length} characters, and the vendor takes ${longestText}: give it by the sentence`);
  const sdk = await client.get();
  const asking = sdk.speak.v1.audio.generate(
    { text, model, encoding: 'linear16', container: 'none', sample_rate: request.sampleRate, ...optionsOf(options) },
    { abortSignal: signal, maxRetries: 0 },
  );
  const { data, rawResponse } = await asking.withRawResponse();
  const { headers } = rawResponse;
  const type = headers.get('content-type') ?? '';
  if (type.includes('json') || type.startsWith('text/')) throw protocolError(`the vendor answered with ${type} in place of audio`);
  const requestId = headers.get('dg-request-id');
  return {
    receipts: [
      { type: 'response-metadata', ...(requestId === null ? {} : { requestId }), model: headers.get('dg-model-name') ?? model },
      { type: 'usage', usage: { characters: text.length } },
    ],
    body: data.stream(),
  };
}

const optionsOf = ({ speed, tags, optOutOfModelImprovement }: DeepgramTTSOptions) => ({
  ...(speed === undefined ? {} : { speed }),
  ...(tags === undefined ? {} : { tag: [...tags] }),
  ...(optOutOfModelImprovement === undefined ? {} : { mip_opt_out: optOutOfModelImprovement }),
});
