import { APIError, type STT, type STTEvent, type STTInput, type STTRequest } from '@parley/core/provider';
import { createReferenceSTT } from '../reference/stt/reference-stt.js';
import { referenceSTTWire } from '../reference/stt/reference-stt-wire.js';
import type { Breakable } from './call/breakable.js';
import { callMutants } from './call/call-mutants.js';
import { asking, editing, maker } from './call/make-mutant.js';
import { editFailure, fieldsOf } from './call/stream-edits.js';
import type { Mutant } from './mutant.js';

const breakable: Breakable<'stt'> = {
  kind: 'stt',
  prefix: 'STT',
  wire: referenceSTTWire,
  create: (settings) => createReferenceSTT(settings),
  withStart: (instance, around) => ({ ...instance, transcribe: around((request) => instance.transcribe(request)) }),
};

const make = maker(breakable);
const edit = (change: (event: STTEvent) => readonly STTEvent[]) => editing(breakable, () => change);
const ask = (change: (request: STTRequest) => STTRequest) => asking(breakable, change);
/** What is given, changed. */
const hear = (change: (audio: AsyncIterable<STTInput>) => AsyncIterable<STTInput>) =>
  ask((request) => ({ ...request, audio: change(request.audio) }));

async function* swapped(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  let first: STTInput | undefined;
  let count = 0;
  for await (const input of audio) {
    count += 1;
    if (count === 1 && input.type === 'audio') first = input;
    else {
      yield input;
      if (first !== undefined) yield first;
      first = undefined;
    }
  }
  if (first !== undefined) yield first;
}

/** Frames that follow on one another, whatever they say. */
async function* joined(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  let nextMs: number | undefined;
  for await (const input of audio) {
    if (input.type !== 'audio') {
      yield input;
      continue;
    }
    const { frame } = input;
    nextMs ??= frame.atMs;
    yield { ...input, frame: { ...frame, atMs: nextMs } };
    nextMs += (frame.samples.length * 1000) / frame.sampleRate;
  }
}

async function* withoutUpdates(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  for await (const input of audio) if (input.type !== 'update' || input.language === undefined) yield input;
}

async function* upToAnEmptyFrame(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  for await (const input of audio) {
    if (input.type === 'audio' && input.frame.samples.length === 0) return;
    yield input;
  }
}

const longMs = 30_000;
async function* short(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  let heardMs = 0;
  for await (const input of audio) {
    if (input.type === 'audio') heardMs += (input.frame.samples.length * 1000) / input.frame.sampleRate;
    if (heardMs > longMs) throw new RangeError('too much audio');
    yield input;
  }
}

async function* quietly(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  try {
    yield* audio;
  } catch {
    // Taken for the end.
  }
}

/** Fails where nothing was heard. */
function mute(instance: STT): STT {
  return breakable.withStart(instance, (start) => (request) => {
    let hasAudio = false;
    const noted = async function* (): AsyncGenerator<STTInput> {
      for await (const input of request.audio) {
        hasAudio ||= input.type === 'audio';
        yield input;
      }
      if (!hasAudio) throw new APIError('there was no audio', { kind: 'invalid-request', provider: 'reference', retryable: false });
    };
    return start({ ...request, audio: noted() });
  });
}

/** Takes the first final after the end of the input for the last, but for those that say the same. */
function hasty(instance: STT): STT {
  return breakable.withStart(instance, (start) => (request) => {
    let hasEnded = false;
    let last: string | undefined;
    const noted = async function* (): AsyncGenerator<STTInput> {
      yield* request.audio;
      hasEnded = true;
    };
    return editing(breakable, () => (event) => {
      if (event.type !== 'transcript-final' || !hasEnded) return [event];
      last ??= event.text;
      return event.text === last ? [event] : [];
    })({ ...instance, transcribe: start }).transcribe({ ...request, audio: noted() });
  });
}

/** The first `turn-eager` has a text, those after it none. */
const once = editing(breakable, () => {
  let count = 0;
  return (event) => {
    if (event.type !== 'turn-eager') return [event];
    count += 1;
    return count === 1 ? [event] : [{ ...event, text: '' }];
  };
});

/** Frames that all look alike. */
async function* unchecked(audio: AsyncIterable<STTInput>): AsyncGenerator<STTInput> {
  let rate: number | undefined;
  for await (const input of audio) {
    if (input.type !== 'audio') {
      yield input;
      continue;
    }
    rate ??= input.frame.sampleRate;
    yield { ...input, frame: { ...input.frame, sampleRate: rate, channels: 1 } };
  }
}

/** Ends a call quietly that is silent for five seconds after its input. */
function impatient(instance: STT): STT {
  return breakable.withStart(instance, (start) => (request) => {
    let giveUp = () => {};
    const givenUp = new Promise<typeof ended>((resolve) => {
      giveUp = () => resolve(ended);
    });
    let cancel = () => {};
    const noted = async function* (): AsyncGenerator<STTInput> {
      yield* request.audio;
      cancel = request.clock.after(patienceMs, giveUp);
    };
    const inner = start({ ...request, audio: noted() })[Symbol.asyncIterator]();
    const leave = async () => {
      cancel();
      await inner.return?.();
      return ended;
    };
    const next = async (): Promise<IteratorResult<STTEvent, undefined>> => {
      const result = await Promise.race([inner.next(), givenUp]);
      return result.done === true ? leave() : result;
    };
    return { [Symbol.asyncIterator]: () => ({ next, return: leave }) };
  });
}

const ended = { done: true, value: undefined } as const;
const patienceMs = 5000;
const startsMs = 61_000;
/** A vendor's own time of what the rules place behind a minute. */
const onLine = (atMs: number): number => (atMs >= startsMs ? atMs - startsMs : atMs);
const farMs = 60_000;
const inputs: readonly Mutant<'stt'>[] = [
  make(
    '2.8',
    "takes another provider's options",
    ask((request) => {
      const language = request.providerOptions?.['somebody-else']?.['language'];
      return typeof language === 'string' ? { ...request, language } : request;
    }),
  ),
  make(
    '2.9',
    'takes audio at any rate for its own',
    ask((request) => (request.sampleRate === 12_345 ? { ...request, sampleRate: 16_000 } : request)),
  ),
  make('2.10', 'sends the first piece after the second', hear(swapped)),
  make(
    '2.11',
    'announces another rate',
    ask((request) => (request.sampleRate === 24_000 ? { ...request, sampleRate: 16_000 } : request)),
  ),
  make(
    '2.22',
    'leaves out the language',
    ask(({ language: _language, ...request }) => request),
  ),
  make('2.23', 'leaves out updates', hear(withoutUpdates)),
  make('2.24', 'takes an empty frame for the end', hear(upToAnEmptyFrame)),
  make('2.25', 'fails where nothing was said', mute),
  make('2.26', 'fails over a long call', hear(short)),
  make('4.20', 'takes an input that fails for one that ends', hear(quietly)),
];

const events: readonly Mutant<'stt'>[] = [
  make(
    '2.12',
    'has one segment for all finals',
    edit((event) => (isTranscript(event) ? [{ ...event, segmentId: '1' }] : [event])),
  ),
  make(
    '2.13',
    'has segments of their own for interims',
    edit((event) => (event.type === 'transcript-interim' ? [{ ...event, segmentId: 'interim' }] : [event])),
  ),
  make(
    '2.14',
    'counts time from its connection',
    edit((event) => (event.type === 'transcript-final' && event.endMs > farMs ? [{ ...event, endMs: event.endMs - 61_000 }] : [event])),
  ),
  make('2.15', 'takes no account of gaps', hear(joined)),
  make(
    '2.16',
    'has its words elsewhere',
    edit((event) =>
      event.type === 'transcript-final' && event.words !== undefined
        ? [{ ...event, words: event.words.map((word) => ({ ...word, startMs: word.startMs + 500 })) }]
        : [event],
    ),
  ),
  make(
    '2.14',
    'counts the time of interims from its connection',
    edit((event) =>
      event.type === 'transcript-interim' && event.startMs !== undefined ? [{ ...event, startMs: event.startMs % farMs }] : [event],
    ),
  ),
  make(
    '2.16',
    'counts the time of words from its connection',
    edit((event) =>
      event.type === 'transcript-final' && event.words !== undefined
        ? [{ ...event, words: event.words.map((word) => ({ ...word, startMs: onLine(word.startMs), endMs: onLine(word.endMs) })) }]
        : [event],
    ),
  ),
  make(
    '2.18',
    'counts the time of speech from its connection',
    edit((event) => (event.type === 'speech-start' || event.type === 'speech-end' ? [{ ...event, atMs: onLine(event.atMs) }] : [event])),
  ),
  make(
    '2.19',
    'does not know when a turn ended',
    edit((event) => (event.type === 'turn-end' ? [{ ...event, atMs: 0 }] : [event])),
  ),
  make('2.19', 'tells the text of a turn once', once),
  make(
    '2.28',
    'is always sure',
    edit((event) => (isTranscript(event) || event.type === 'turn-eager' ? [{ ...event, confidence: 1 }] : [event])),
  ),
  make('2.29', 'takes any frame for one of its own', hear(unchecked)),
  make(
    '2.17',
    'has one speaker for all',
    edit((event) => (event.type === 'transcript-final' ? [{ ...event, speaker: '0' }] : [event])),
  ),
  make(
    '2.18',
    'does not say when speech ended',
    edit((event) => (event.type === 'speech-end' ? [] : [event])),
  ),
  make(
    '2.19',
    'does not say that a turn goes on',
    edit((event) => (event.type === 'turn-resumed' ? [] : [event])),
  ),
  make(
    '2.20',
    'leaves out empty finals',
    edit((event) => (event.type === 'transcript-final' && event.text === '' ? [] : [event])),
  ),
  make('2.21', 'takes the first final after the end for the last', hasty),
  make('2.27', 'reports interims that it does not declare', (instance) => ({
    ...instance,
    capabilities: Object.freeze({ ...instance.capabilities, interimTranscripts: false }),
  })),
];

const isTranscript = (event: STTEvent): event is Extract<STTEvent, { readonly type: 'transcript-interim' | 'transcript-final' }> =>
  event.type === 'transcript-interim' || event.type === 'transcript-final';

const failing = (change: (error: unknown) => unknown) => (instance: STT) =>
  breakable.withStart(instance, (start) => (request) => editFailure(start(request), change));

const faults: readonly Mutant<'stt'>[] = [
  make(
    '4.10',
    'takes a close of the vendor for the end',
    failing((error) => (fieldsOf(error).vendorCode?.startsWith('4') === true ? undefined : error)),
  ),
  {
    ...make('4.11', 'fails over unknown messages', (instance) => instance),
    create: (settings) => createReferenceSTT(settings, { isStrict: true }),
  },
  make(
    '4.12',
    'throws what JSON.parse throws',
    failing((error) => (fieldsOf(error).message.includes('is no JSON') ? new SyntaxError('Unexpected end') : error)),
  ),
  {
    ...make('4.13', 'fails over large messages', (instance) => instance),
    create: (settings) => createReferenceSTT(settings, { longestMessage: 1_000_000 }),
  },
  make('4.26', 'ends where the vendor says no more after the end of the input', impatient),
  {
    ...make('4.21', 'says nothing in silence', (instance) => instance),
    create: (settings) => createReferenceSTT(settings, { keepAliveMs: 1e9 }),
  },
];

/** Recognisers with one thing broken. */
export const sttMutants: readonly Mutant<'stt'>[] = [...callMutants(breakable), ...inputs, ...events, ...faults];
