import type { VAD, VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { AbortError, Channel } from '@parley/core/provider-kit';
import { createReferenceVAD } from '../reference/vad/reference-vad.js';
import type { RuleId } from '../rules/rule.js';
import { busy } from './busy.js';
import { type ChangedDetect, into, outOf, vadLike, vadWith } from './changed-vad.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';

/** Those whose change is one of the instance, and not of a call. */
const vadWhose = (caughtBy: RuleId, name: string, change: () => ChangedDetect): Mutant<'vad'> => ({
  kind: 'vad',
  caughtBy,
  name,
  create: () => {
    const vad = createReferenceVAD();
    const changed = change();
    return { ...vad, detect: (request) => changed((asked) => vad.detect(asked), request) };
  },
});

const kept: unknown[] = [];

/** Levels 3 to 5. */
export const vadLifeMutants: readonly Mutant<'vad'>[] = [
  vadWith('VAD-3.1', 'begins to listen though its signal has fired', (detect, request) =>
    request.signal.aborted ? askingFirst(detect(request), request.audio) : detect(request),
  ),
  vadWith('VAD-3.2', 'fails when it is aborted', (detect, request) => failingOnAbort(detect(request), request.signal)),
  vadWith('VAD-3.3', 'leaves a listener on the signal', (detect, request) => {
    request.signal.addEventListener('abort', () => {});
    return detect(request);
  }),
  vadWith('VAD-3.4', 'waits for audio before it lets its reader go', (detect, request) => waitingBeforeReturn(detect(request))),
  vadLike('VAD-3.5', 'goes on after it was closed', () => ({ close: async () => {} })),
  vadLike('VAD-3.6', 'cannot be warmed twice at once', () => ({ prewarm: warmedOnce() })),
  vadWhose('VAD-3.7', 'hears worse when many are heard', () => {
    let open = 0;
    return (detect, request) => {
      open += 1;
      const done = () => {
        open -= 1;
        return [];
      };
      return mapped(
        detect(request),
        (event) => (event.type === 'window' && open > 5 ? { ...event, probability: event.probability * 0.9 } : event),
        done,
      );
    };
  }),
  vadWhose('VAD-3.8', 'goes on with the next stream when the last one has been read', inTurns),
  vadWith('VAD-3.9', 'takes audio as fast as it comes, whether it is read or not', (detect, request) =>
    detect({ ...request, audio: eager(request.audio) }),
  ),
  vadWith('VAD-3.10', 'keeps a buffer of each call', (detect, request) => {
    kept.push(new Int16Array(100_000));
    return detect(request);
  }),
  vadWith(
    'VAD-3.11',
    'is half a second late from the third minute on',
    outOf((event) => (event.atMs > 120_000 ? { ...event, atMs: event.atMs + 500 } : event)),
  ),
  vadWith('VAD-4.1', 'takes audio that failed for audio that ended', (detect, request) =>
    detect({ ...request, audio: withoutFailure(request.audio) }),
  ),
  vadWith(
    'VAD-4.2',
    'fails with an error of its own on stereo',
    into((input) => {
      if (input.type === 'audio' && input.frame.channels !== 1) throw new TypeError('not mono');
      return input;
    }),
  ),
  vadWith('VAD-4.3', 'fails with an error of its own for a threshold of 7', (detect, request) => {
    if ((request.threshold ?? 0) > 1) throw new RangeError('threshold');
    return detect(request);
  }),
  vadWith(
    'VAD-4.4',
    'begins anew at an empty frame',
    into((input) => (input.type === 'audio' && input.frame.samples.length === 0 ? { type: 'reset' } : input)),
  ),
  vadWith('VAD-5.1', 'tells of ten windows at a time', (detect, request) => inTens(detect(request))),
  vadWith('VAD-5.2', 'computes in the event loop', (detect, request) => {
    let count = 0;
    return mapped(detect(request), (event) => {
      count += 1;
      if (count % 200 === 0) busy(60);
      return event;
    });
  }),
  vadWhose('VAD-5.3', 'is slow after a short call', () => {
    let isSlow = false;
    return (detect, request) => {
      let count = 0;
      const wasSlow = isSlow;
      const done = () => {
        isSlow ||= count > 0 && count < 30;
        return [];
      };
      return mapped(
        detect(request),
        async (event) => {
          count += 1;
          if (wasSlow && count > 20) await new Promise<void>((resolve) => void setTimeout(resolve, 6));
          return event;
        },
        done,
      );
    };
  }),
];

function askingFirst(stream: AsyncIterable<VADEvent>, audio: VADRequest['audio']): AsyncIterable<VADEvent> {
  return {
    [Symbol.asyncIterator]() {
      void audio[Symbol.asyncIterator]().next();
      return stream[Symbol.asyncIterator]();
    },
  };
}

const failingOnAbort = (stream: AsyncIterable<VADEvent>, signal: AbortSignal): AsyncIterable<VADEvent> => {
  let hasBegun = false;
  return mapped(
    stream,
    (event) => {
      hasBegun = true;
      return event;
    },
    () => {
      if (hasBegun && signal.aborted) throw new AbortError('aborted');
      return [];
    },
  );
};

const waitingBeforeReturn = (stream: AsyncIterable<VADEvent>): AsyncIterable<VADEvent> => ({
  [Symbol.asyncIterator]() {
    const iterator = stream[Symbol.asyncIterator]();
    let last: Promise<unknown> | undefined;
    return {
      next: () => {
        const next = iterator.next();
        last = next;
        return next;
      },
      async return(): Promise<IteratorResult<VADEvent>> {
        await last;
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  },
});

function warmedOnce(): NonNullable<VAD['prewarm']> {
  let isWarming = false;
  return async ({ signal }) => {
    signal.throwIfAborted();
    if (isWarming) throw new Error('it is being warmed');
    isWarming = true;
    await Promise.resolve();
    isWarming = false;
  };
}

/** Between two reads of one stream no other goes on. */
function inTurns(): ChangedDetect {
  let gate: Promise<void> = Promise.resolve();
  return (detect, request) => {
    const stream = detect(request);
    return {
      [Symbol.asyncIterator]() {
        const iterator = stream[Symbol.asyncIterator]();
        let release = () => {};
        return {
          async next() {
            release();
            await gate;
            const next = await iterator.next();
            if (next.done !== true) gate = new Promise<void>((resolve) => (release = resolve));
            return next;
          },
          async return(): Promise<IteratorResult<VADEvent>> {
            release();
            await iterator.return?.();
            return { done: true, value: undefined };
          },
        };
      },
    };
  };
}

function eager(audio: VADRequest['audio']): VADRequest['audio'] {
  return {
    [Symbol.asyncIterator]() {
      const channel = new Channel<VADInput>({ capacity: 1_000_000 });
      void (async () => {
        try {
          for await (const input of audio) void channel.push(input);
          channel.end();
        } catch (error) {
          channel.fail(error);
        }
      })();
      return channel;
    },
  };
}

async function* withoutFailure(audio: VADRequest['audio']): AsyncGenerator<VADInput, void, void> {
  try {
    yield* audio;
  } catch {
    // As if the caller had gone.
  }
}

function inTens(stream: AsyncIterable<VADEvent>): AsyncIterable<VADEvent> {
  let held: VADEvent[] = [];
  const all = () => {
    const events = held;
    held = [];
    return events;
  };
  return mapped(
    stream,
    (event) => {
      held.push(event);
      return held.length < 10 ? [] : all();
    },
    all,
  );
}
