import type { STT, STTRequest } from '@parley/core/provider';
import { callStream, type LinkedSignal } from '@parley/core/provider-kit';
import type { DeepgramAccount } from './deepgram-account.js';
import { unsupported } from './deepgram-error.js';
import type { DeepgramSTTOptions } from './deepgram-settings.js';
import { listen } from './listen-call.js';
import { type Listened, ListenV1 } from './listen-v1.js';
import { ListenV2 } from './listen-v2.js';

const sampleRates = Object.freeze([16_000, 24_000, 48_000, 44_100, 8000]);
const isFlux = (model: string): boolean => model.startsWith('flux');

/**
 * Recognition over one socket for each call: Flux by its name, all others over the first generation's.
 *
 * @throws {RangeError} An option is out of its range.
 */
export function createListenSTT(account: DeepgramAccount, model: string, options: DeepgramSTTOptions): STT {
  checkOptions(options);
  const capabilities = capabilitiesOf(model, options);
  const calls = new Set<LinkedSignal>();
  return {
    specificationVersion: 1,
    kind: 'stt',
    provider: 'deepgram',
    model,
    capabilities,
    transcribe: (request) => {
      checkRequest(request, capabilities);
      return callStream(request, (call) => {
        const dialect = dialectOf({ account, model, request, options });
        return listen(call, { account, model, request, dialect, calls });
      });
    },
    close: async () => {
      for (const call of calls) call.abort();
    },
  };
}

const dialectOf = (listened: Listened): ListenV1 | ListenV2 => (isFlux(listened.model) ? new ListenV2(listened) : new ListenV1(listened));

function capabilitiesOf(model: string, { speakers }: DeepgramSTTOptions): STT['capabilities'] {
  const shared = { streaming: true, interimTranscripts: true, endpointing: true, wordTimings: true, sampleRates };
  if (!isFlux(model)) {
    const settings: readonly (keyof Pick<STTRequest, 'language' | 'keyterms' | 'endpointingMs'>)[] = [
      'language',
      'keyterms',
      'endpointingMs',
    ];
    return Object.freeze({
      ...shared,
      turnDetection: false,
      speakers: speakers === true,
      settings: Object.freeze(settings),
      updatable: Object.freeze([]),
    });
  }
  const settings = Object.freeze(model.endsWith('-multi') ? (['language', 'keyterms'] as const) : (['keyterms'] as const));
  return Object.freeze({ ...shared, turnDetection: true, speakers: false, settings, updatable: settings });
}

const settingNames = ['language', 'keyterms', 'endpointingMs'] as const;

/** @throws {APIError} kind `unsupported`: it asks for what is not declared. */
function checkRequest(request: STTRequest, { settings }: STT['capabilities']): void {
  if (!sampleRates.includes(request.sampleRate))
    throw unsupported(`audio is taken at ${sampleRates.join(', ')} Hz, not at ${request.sampleRate}: resample it`);
  const excess = settingNames.find((name) => request[name] !== undefined && !settings.includes(name));
  if (excess !== undefined) throw unsupported(`this model takes no "${excess}": leave it out`);
}

const ranges: readonly { readonly name: keyof DeepgramSTTOptions; readonly from: number; readonly to: number }[] = [
  { name: 'endpointingMs', from: 0, to: 60_000 },
  { name: 'utteranceEndMs', from: 1000, to: 60_000 },
  { name: 'endOfTurnThreshold', from: 0.5, to: 1 },
  { name: 'eagerEndOfTurnThreshold', from: 0.3, to: 0.9 },
  { name: 'endOfTurnTimeoutMs', from: 500, to: 60_000 },
];

function checkOptions(options: DeepgramSTTOptions): void {
  for (const { name, from, to } of ranges) {
    const value = options[name];
    if (typeof value === 'number' && !(value >= from && value <= to)) throw new RangeError(`"${name}" is ${from} to ${to}, not ${value}`);
  }
}
