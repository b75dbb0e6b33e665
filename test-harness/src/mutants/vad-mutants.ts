import type { VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { type ChangedDetect, into, outOf, vadLike, vadWith } from './changed-vad.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';
import { vadLifeMutants } from './vad-life-mutants.js';

/** Each breaks one rule. */
export const vadMutants: readonly Mutant<'vad'>[] = [
  vadLike('VAD-2.1', 'has no name for its model', () => ({ model: '' })),
  vadWith('VAD-2.2', 'takes audio of any rate for audio of its own', (detect, request) =>
    [8000, 16_000].includes(request.sampleRate)
      ? detect(request)
      : detect({ ...request, sampleRate: 16_000, audio: mapped(request.audio, relabelled) }),
  ),
  vadWith(
    'VAD-2.3',
    'puts each fiftieth window a little late',
    outOf((event) => (event.type === 'window' && event.atMs % 1000 === 500 ? { ...event, atMs: event.atMs + 5 } : event)),
  ),
  vadWith('VAD-2.4', 'counts from 0, wherever the audio begins', (detect, request) => shiftedToZero(detect, request)),
  vadWith('VAD-2.5', 'loses the end of each frame that is no whole number of windows', into(wholeWindows)),
  vadWith('VAD-2.6', 'counts samples only, and no gaps', (detect, request) => withoutGaps(detect, request)),
  vadWith(
    'VAD-2.7',
    'gives probabilities a little below 0',
    outOf((event) => (event.type === 'window' && event.probability < 0.01 ? { ...event, probability: -0.01 } : event)),
  ),
  vadWith(
    'VAD-2.8',
    'counts silence at half its length',
    outOf((event) => (event.type === 'window' ? { ...event, silenceMs: event.silenceMs / 2 } : event)),
  ),
  vadWith('VAD-2.9', 'hears no speech at 8 kHz', (detect, request) =>
    request.sampleRate === 8000 ? mapped(detect(request), (event) => (event.type === 'window' ? event : [])) : detect(request),
  ),
  vadWith(
    'VAD-2.10',
    'says when it noticed that speech began',
    outOf((event, { minSpeechMs = 60 }) =>
      event.type === 'speech-start' ? { ...event, atMs: event.atMs + Math.max(0, minSpeechMs - 60) } : event,
    ),
  ),
  vadWith(
    'VAD-2.11',
    'says when it noticed that speech ended',
    outOf((event, { minSilenceMs = 400 }) => (event.type === 'speech-end' ? { ...event, atMs: event.atMs + minSilenceMs } : event)),
  ),
  vadWith(
    'VAD-2.12',
    'begins speech twice',
    outOf((event, { minSilenceMs }) => (event.type === 'speech-start' && minSilenceMs === 300 ? [event, event] : event)),
  ),
  vadWith('VAD-2.13', 'forgets the speech that was under way when the audio ends', (detect, request) => withoutLastEnd(detect, request)),
  vadWith('VAD-2.14', 'tells of the start before the window', (detect, request) => startFirst(detect, request)),
  vadWith('VAD-2.15', 'knows of no `minSpeechMs`', (detect, { minSpeechMs, ...request }) =>
    detect(minSpeechMs === 700 ? request : { ...request, ...(minSpeechMs === undefined ? {} : { minSpeechMs }) }),
  ),
  vadWith('VAD-2.16', 'ends speech after half a second, whatever is asked for', (detect, request) =>
    detect(request.minSilenceMs === 1500 ? { ...request, minSilenceMs: 500 } : request),
  ),
  vadWith('VAD-2.17', 'knows of no threshold', (detect, request) => {
    // Refuses what makes no sense, as the reference does.
    const { threshold: _threshold, ...usual } = request;
    detect(request);
    return detect(usual);
  }),
  vadWith(
    'VAD-2.18',
    'ignores a reset',
    into((input) => (input.type === 'reset' ? [] : input)),
  ),
  vadWith('VAD-2.19', 'says nothing of windows of zeros', (detect, request) => withoutZeros(detect, request)),
  vadWith(
    'VAD-2.20',
    'scales the samples where they are',
    into((input) => {
      if (input.type === 'audio') input.frame.samples.set([(input.frame.samples[0] ?? 0) ^ 1].slice(0, input.frame.samples.length));
      return input;
    }),
  ),
  ...vadLifeMutants,
];

const relabelled = (input: VADInput): VADInput =>
  input.type === 'reset' ? input : { ...input, frame: { ...input.frame, sampleRate: 16_000 } };

function wholeWindows(input: VADInput, { sampleRate }: VADRequest): VADInput {
  if (input.type === 'reset') return input;
  const { samples } = input.frame;
  const size = sampleRate / 100;
  return {
    ...input,
    frame: {
      ...input.frame,
      samples: samples.length % size === 0 ? samples : samples.subarray(0, Math.max(size, samples.length - (samples.length % size))),
    },
  };
}

const shiftedToZero: ChangedDetect = (detect, request) => {
  let firstMs: number | undefined;
  return detect({
    ...request,
    audio: mapped(request.audio, (input) => {
      if (input.type === 'reset') {
        firstMs = undefined;
        return input;
      }
      // Only the beginning of the call is forgotten, not what is set after a reset.
      if (firstMs === undefined) firstMs = input.frame.atMs === 61_000 ? 61_000 : 0;
      return { ...input, frame: { ...input.frame, atMs: input.frame.atMs - firstMs } };
    }),
  });
};

const withoutGaps: ChangedDetect = (detect, request) => {
  let nextMs: number | undefined;
  return detect({
    ...request,
    audio: mapped(request.audio, (input) => {
      if (input.type === 'reset') {
        nextMs = undefined;
        return input;
      }
      const atMs = Number.isFinite(input.frame.atMs) ? (nextMs ?? input.frame.atMs) : input.frame.atMs;
      nextMs = atMs + (input.frame.samples.length * 1000) / input.frame.sampleRate;
      return { ...input, frame: { ...input.frame, atMs } };
    }),
  });
};

const withoutLastEnd: ChangedDetect = (detect, request) => {
  let hasEnded = false;
  const audio = (async function* () {
    yield* request.audio;
    hasEnded = true;
  })();
  return mapped(detect({ ...request, audio }), (event) => (hasEnded && event.type === 'speech-end' ? [] : event));
};

const startFirst: ChangedDetect = (detect, request) => {
  if (request.minSpeechMs !== 0 || request.threshold !== undefined) return detect(request);
  let held: VADEvent | undefined;
  return mapped(detect(request), (event) => {
    const before = held;
    held = event.type === 'window' ? event : undefined;
    if (event.type === 'window') return before === undefined ? [] : [before];
    return event.type === 'speech-start' && before !== undefined ? [event, before] : before === undefined ? [event] : [before, event];
  });
};

const withoutZeros: ChangedDetect = (detect, request) => {
  let isZero = false;
  const audio = mapped(request.audio, (input) => {
    if (input.type === 'audio') isZero = input.frame.samples.length > 0 && input.frame.samples.every((sample) => sample === 0);
    return input;
  });
  return mapped(detect({ ...request, audio }), (event) => (isZero && event.type === 'window' && event.silenceMs > 1000 ? [] : event));
};
