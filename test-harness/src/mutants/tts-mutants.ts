import { APIConnectionError, APIError, type TTS, type TTSEvent, type TTSInput, type TTSRequest } from '@parley/core/provider';
import { createReferenceTTS } from '../reference/tts/reference-tts.js';
import { referenceTTSWire } from '../reference/tts/reference-tts-wire.js';
import type { Breakable } from './call/breakable.js';
import { callMutants } from './call/call-mutants.js';
import { asking, editing, maker } from './call/make-mutant.js';
import { editFailure, editStream, fieldsOf } from './call/stream-edits.js';
import type { Mutant } from './mutant.js';

const breakable: Breakable<'tts'> = {
  kind: 'tts',
  prefix: 'TTS',
  wire: referenceTTSWire,
  create: (settings) => createReferenceTTS(settings),
  withStart: (instance, around) => ({ ...instance, synthesize: around((request) => instance.synthesize(request)) }),
};

const make = maker(breakable);
const edit = (change: (event: TTSEvent) => readonly TTSEvent[]) => editing(breakable, () => change);
const ask = (change: (request: TTSRequest) => TTSRequest) => asking(breakable, change);
const given = (change: (text: AsyncIterable<TTSInput>) => AsyncIterable<TTSInput>) =>
  ask((request) => ({ ...request, text: change(request.text) }));

async function* trimmed(text: AsyncIterable<TTSInput>): AsyncGenerator<TTSInput> {
  for await (const input of text) yield input.type === 'text' ? { ...input, text: input.text.trim() } : input;
}

/** A flush but the first waits for whatever comes next. */
async function* heldBack(text: AsyncIterable<TTSInput>): AsyncGenerator<TTSInput> {
  let held: TTSInput | undefined;
  let flushes = 0;
  for await (const input of text) {
    if (held !== undefined) yield held;
    held = undefined;
    if (input.type === 'flush') flushes += 1;
    if (input.type === 'flush' && flushes > 1) held = input;
    else yield input;
  }
  if (held !== undefined) yield held;
}

async function* quietly(text: AsyncIterable<TTSInput>): AsyncGenerator<TTSInput> {
  try {
    yield* text;
  } catch {
    // Taken for the end.
  }
}

async function* withoutControls(text: AsyncIterable<TTSInput>): AsyncGenerator<TTSInput> {
  for await (const input of text) {
    if (input.type === 'text' && input.text.includes('\u0000')) throw new TypeError('a control character');
    yield input;
  }
}

async function* someText(text: AsyncIterable<TTSInput>): AsyncGenerator<TTSInput> {
  let count = 0;
  for await (const input of text) {
    count += 1;
    yield input;
  }
  if (count === 0) throw new APIError('there was no text', { kind: 'invalid-request', provider: 'reference', retryable: false });
}

/** Says once more, at the end, that the only segment has ended. */
const twice = (instance: TTS): TTS =>
  breakable.withStart(instance, (start) => (request) => {
    let last: TTSEvent | undefined;
    let [ends, frames] = [0, 0];
    return editing(breakable, () => (event) => {
      if (event.type === 'audio') frames += 1;
      if (event.type === 'segment-end') {
        ends += 1;
        last = event;
      }
      return event.type === 'usage' && last !== undefined && ends === 1 && frames > 0 && !request.signal.aborted ? [event, last] : [event];
    })({ ...instance, synthesize: start }).synthesize(request);
  });

/** Writes to its frames again once another segment begins. */
const reusing = editing(breakable, () => {
  const frames: Int16Array[] = [];
  let segment: string | undefined;
  return (event) => {
    if (event.type !== 'audio') return [event];
    segment ??= event.segmentId;
    if (event.segmentId !== segment) for (const samples of frames.splice(0)) samples.fill(0);
    else frames.push(event.frame.samples);
    return [event];
  };
});

/** Ends only segments of which something was heard. */
const onlyHeard = editing(breakable, () => {
  const heard = new Set<string>();
  return (event) => {
    if (event.type === 'audio') heard.add(event.segmentId);
    return event.type === 'segment-end' && !heard.has(event.segmentId) ? [] : [event];
  };
});

/** A call that was aborted before it gave anything takes those with it that begin within some turns of promises. */
function poisoned(instance: TTS): TTS {
  let isPoisoned = false;
  const poison = async () => {
    isPoisoned = true;
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
    isPoisoned = false;
  };
  return breakable.withStart(instance, (start) => (request) => {
    if (isPoisoned) throw new APIConnectionError('the connection was given up', { provider: 'reference' });
    const onAbort = () => void poison();
    request.signal.addEventListener('abort', onAbort, { once: true });
    return editStream(start(request), (event) => {
      request.signal.removeEventListener('abort', onAbort);
      return [event];
    });
  });
}

const segments: readonly Mutant<'tts'>[] = [
  make(
    '2.10',
    'loses the last piece',
    edit((event) => (event.type === 'audio' && event.frame.samples.length * 50 < event.frame.sampleRate ? [] : [event])),
  ),
  make(
    '2.11',
    'says that it is stereo',
    edit((event) => (event.type === 'audio' ? [{ ...event, frame: { ...event.frame, channels: 2 } }] : [event])),
  ),
  make('2.12', 'writes to its frames again', reusing),
  make('2.13', 'ends a segment twice', twice),
  make('2.14', 'does not end what is empty', onlyHeard),
  make(
    '2.15',
    'has audio under another segment',
    edit((event) => (event.type === 'audio' && event.segmentId === 's3' ? [{ ...event, segmentId: 's2' }] : [event])),
  ),
  make('2.20', 'waits for more text', given(heldBack)),
  make('2.22', 'fails where there is no text', given(someText)),
];

const shifted = (segmentId: string, byMs: number) =>
  edit((event) =>
    event.type === 'word' && event.segmentId === segmentId
      ? [{ ...event, startMs: event.startMs + byMs, endMs: event.endMs + byMs }]
      : [event],
  );

const texts: readonly Mutant<'tts'>[] = [
  make(
    '2.8',
    "takes another provider's options",
    ask((request) => {
      const voice = request.providerOptions?.['somebody-else']?.['voice'];
      return typeof voice === 'string' ? { ...request, voice } : request;
    }),
  ),
  make(
    '2.9',
    'speaks at its own rate, whatever is asked for',
    ask((request) => (request.sampleRate === 12_345 ? { ...request, sampleRate: 16_000 } : request)),
  ),
  make(
    '2.16',
    'speaks at another rate',
    ask((request) => (request.sampleRate === 8000 ? { ...request, sampleRate: 16_000 } : request)),
  ),
  make('2.17', 'joins words', given(trimmed)),
  make(
    '2.18',
    'has one voice',
    ask((request) => (request.voice === undefined ? request : { ...request, voice: 'alloy' })),
  ),
  make(
    '2.18',
    'knows one language',
    ask(({ language: _language, ...request }) => request),
  ),
  make('2.19', 'has its words elsewhere', shifted('s1', 100)),
  make(
    '2.19',
    'does not know when words end',
    edit((event) => (event.type === 'word' && event.segmentId === 's1' ? [{ ...event, endMs: event.startMs }] : [event])),
  ),
  make(
    '2.19',
    'does not know where words stand',
    edit((event) => {
      if (event.type !== 'word') return [event];
      const { inputStart: _start, inputEnd: _end, ...word } = event;
      return [word];
    }),
  ),
  make('2.21', 'counts on in the second segment', shifted('s2', 200)),
  make('2.23', 'reports words that it does not declare', (instance) => ({
    ...instance,
    capabilities: Object.freeze({ ...instance.capabilities, wordTimings: false }),
  })),
  make('2.24', 'falls over control characters', given(withoutControls)),
  make('4.20', 'takes an input that fails for one that ends', given(quietly)),
];

const failing = (change: (error: unknown) => unknown) => (instance: TTS) =>
  breakable.withStart(instance, (start) => (request) => editFailure(start(request), change));
const as = (number: `4.${number}`, name: string, options: Parameters<typeof createReferenceTTS>[1]): Mutant<'tts'> => ({
  ...make(number, name, (instance) => instance),
  create: (settings) => createReferenceTTS(settings, options),
});

const faults: readonly Mutant<'tts'>[] = [
  make(
    '4.10',
    'takes a close of the vendor for the end',
    failing((error) => (fieldsOf(error).vendorCode?.startsWith('4') === true ? undefined : error)),
  ),
  as('4.11', 'fails over unknown messages', { isStrict: true }),
  as('4.12', 'throws what JSON.parse throws', { fallsOverMalformed: true }),
  as('4.13', 'fails over large messages', { longestMessage: 1_000_000 }),
  as('4.21', 'says nothing in silence', { keepAliveMs: 1e9 }),
  as('4.24', 'speaks on a socket that is closed', { keepsClosedSockets: true }),
  make('3.19', 'fails a call that comes as another is given up before it began', poisoned),
  {
    ...make('3.17', 'makes a connection for each call', (instance) => instance),
    create(settings) {
      const instance = createReferenceTTS(settings);
      const made: TTS[] = [instance];
      const close = async () => void (await Promise.all(made.map(async (one) => one.close?.())));
      return {
        ...instance,
        close,
        synthesize(request) {
          const own = createReferenceTTS(settings);
          made.push(own);
          return own.synthesize(request);
        },
      };
    },
  },
];

/** Voices with one thing broken. */
export const ttsMutants: readonly Mutant<'tts'>[] = [...callMutants(breakable), ...segments, ...texts, ...faults];
