import type { AudioChunk, AudioFrame, AudioInput, Clock } from '@parley/core/provider';
import type { AudioInputEnds, PlayedCaller } from '../ends/audio-input-ends.js';
import { createReferenceAudioInput } from '../reference/audio-input/reference-audio-input.js';
import type { RuleId } from '../rules/rule.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';

interface Parts {
  readonly port: AudioInput;
  readonly caller: PlayedCaller;
  readonly clock: Clock;
}

interface Changes {
  readonly read?: AudioInput['read'];
  readonly close?: () => Promise<void>;
  readonly caller?: Partial<PlayedCaller>;
}

/** The reference, changed in one place. */
const inputWith = (caughtBy: RuleId, name: string, change: (parts: Parts) => Changes): Mutant<'audio-input'> => ({
  kind: 'audio-input',
  caughtBy,
  name,
  create({ clock }): AudioInputEnds {
    const { port, caller } = createReferenceAudioInput({ clock });
    const plain: Required<PlayedCaller> = {
      sampleRate: caller.sampleRate,
      channels: caller.channels,
      speak: (frame) => caller.speak?.(frame),
      mute: () => caller.mute?.(),
      unmute: () => caller.unmute?.(),
      hangUp: () => caller.hangUp?.(),
      fail: () => caller.fail?.(),
    };
    const changes = change({ port, caller: plain, clock });
    const close = changes.close ?? (() => port[Symbol.asyncDispose]());
    const changed: AudioInput = { read: changes.read ?? ((options) => port.read(options)), [Symbol.asyncDispose]: close };
    return { port: changed, caller: { ...plain, ...changes.caller }, [Symbol.asyncDispose]: close };
  },
});

/** With other chunks. */
const reading = (
  caughtBy: RuleId,
  name: string,
  change: () => (chunk: AudioChunk) => AudioChunk | readonly AudioChunk[],
): Mutant<'audio-input'> => inputWith(caughtBy, name, ({ port }) => ({ read: (options) => mapped(port.read(options), change()) }));

const framed = (chunk: AudioChunk, change: (frame: AudioFrame) => Partial<AudioFrame>): AudioChunk =>
  chunk.type === 'gap' ? chunk : { type: 'audio', frame: { ...chunk.frame, ...change(chunk.frame) } };

const kept: Int16Array[] = [];
const lastSpoken: { frame: AudioFrame | undefined } = { frame: undefined };

/** Each breaks one rule. */
export const audioInputMutants: readonly Mutant<'audio-input'>[] = [
  reading(
    'AUDIO-IN-2.1',
    'gives a rate that is no whole number',
    () => (chunk) => framed(chunk, ({ sampleRate }) => ({ sampleRate: sampleRate + 1e-6 })),
  ),
  reading(
    'AUDIO-IN-2.2',
    'puts one frame a little later than it was',
    () => (chunk) => framed(chunk, ({ atMs }) => (atMs === 220 ? { atMs: atMs + 5 } : {})),
  ),
  reading(
    'AUDIO-IN-2.3',
    'drops the highest bit of a sample',
    () => (chunk) =>
      framed(chunk, ({ samples, atMs }) =>
        atMs === 60 ? { samples: samples.map((sample, index) => (index === 7 ? sample ^ 1 : sample)) } : {},
      ),
  ),
  inputWith('AUDIO-IN-2.4', 'changes its rate in mid-call when another was asked for', ({ port }) => ({
    read: (options) =>
      mapped(port.read(options), (chunk) =>
        options.sampleRates.includes(11_025)
          ? framed(chunk, ({ atMs, samples }) => (atMs >= 200 ? { sampleRate: 8000, samples: samples.subarray(0, 160) } : {}))
          : chunk,
      ),
  })),
  inputWith('AUDIO-IN-2.5', 'drops what waits when the caller goes', ({ port, caller }) => ({
    read(options) {
      const [chunks, over] = [port.read(options), { hasGone: false }];
      gone.set(caller, () => (over.hasGone = true));
      return mapped(chunks, (chunk) => (over.hasGone ? [] : chunk));
    },
    caller: {
      hangUp() {
        gone.get(caller)?.();
        caller.hangUp?.();
      },
    },
  })),
  reading('AUDIO-IN-2.6', 'tells of gaps of half a second', () => {
    let held: Extract<AudioChunk, { readonly type: 'gap' }> | undefined;
    return (chunk) => {
      if (chunk.type === 'audio' && held === undefined) return chunk;
      if (chunk.type === 'audio') {
        const gap = held;
        held = undefined;
        return gap === undefined ? chunk : [gap, chunk];
      }
      held = held === undefined ? chunk : { ...held, durationMs: held.durationMs + chunk.durationMs };
      if (held.durationMs < 500) return [];
      const gap = held;
      held = undefined;
      return gap;
    };
  }),
  inputWith('AUDIO-IN-2.7', 'counts the audio only', ({ port, caller }) => {
    let isMuted = false;
    let mutedMs = 0;
    return {
      read: (options) =>
        mapped(port.read(options), (chunk) => {
          if (chunk.type === 'gap' && isMuted) mutedMs += chunk.durationMs;
          return framed(chunk, ({ atMs }) => ({ atMs: atMs - mutedMs }));
        }),
      caller: {
        mute() {
          isMuted = true;
          caller.mute?.();
        },
      },
    };
  }),
  reading('AUDIO-IN-2.8', 'uses a buffer again', () => {
    let buffer: Int16Array | undefined;
    let read = 0;
    return (chunk) =>
      framed(chunk, ({ samples }) => {
        read += 1;
        if (read !== 10 && read !== 25) return {};
        buffer ??= new Int16Array(samples.length);
        buffer.set(samples);
        return { samples: buffer };
      });
  }),
  inputWith('AUDIO-IN-3.1', 'leaves its reader waiting when it is closed', ({ port }) => {
    let isClosed = false;
    return {
      read: (options) => hanging(port.read(options), () => isClosed),
      async close() {
        isClosed = true;
        await port[Symbol.asyncDispose]();
      },
    };
  }),
  inputWith('AUDIO-IN-3.2', 'polls for a second until it is read, closed or not', ({ port, clock }) => {
    let cancel: (() => void) | undefined;
    const poll = (left: number) => {
      if (left > 0) cancel = clock.after(100, () => poll(left - 1));
    };
    poll(10);
    return {
      read(options) {
        cancel?.();
        return port.read(options);
      },
    };
  }),
  inputWith('AUDIO-IN-3.3', 'gives more to a reader that left', ({ port }) => ({
    read(options) {
      const chunks = port.read(options);
      return {
        [Symbol.asyncIterator]() {
          const iterator = chunks[Symbol.asyncIterator]();
          return {
            next: () => iterator.next(),
            return: async (): Promise<IteratorResult<AudioChunk>> => ({ done: true, value: undefined }),
          };
        },
      };
    },
  })),
  inputWith('AUDIO-IN-3.4', 'keeps all for a reader that does not read', ({ port, caller }) => keepingAll({ port, caller })),
  inputWith('AUDIO-IN-3.5', 'gives the frame that was spoken last, whoever spoke', ({ port, caller }) => ({
    read: (options) =>
      mapped(port.read(options), (chunk) => {
        const { frame } = lastSpoken;
        return frame !== undefined && frame.atMs === 5000 ? framed(chunk, () => ({ samples: frame.samples })) : chunk;
      }),
    caller: {
      speak(frame) {
        lastSpoken.frame = frame.atMs >= 5000 && frame.atMs < 5060 ? { ...frame, atMs: 5000 } : frame;
        caller.speak?.(frame);
      },
    },
  })),
  inputWith('AUDIO-IN-3.6', 'keeps a buffer of each input', () => {
    kept.push(new Int16Array(100_000));
    return {};
  }),
  inputWith('AUDIO-IN-4.1', 'ends as if the caller had gone when its line breaks', ({ caller }) => ({
    caller: { fail: () => caller.hangUp?.() },
  })),
  inputWith('AUDIO-IN-4.2', 'throws when the caller speaks after the close', ({ port, caller }) => {
    let isClosed = false;
    return {
      async close() {
        isClosed = true;
        await port[Symbol.asyncDispose]();
      },
      caller: {
        speak(frame) {
          if (isClosed) throw new Error('closed');
          caller.speak?.(frame);
        },
      },
    };
  }),
  inputWith('AUDIO-IN-5.1', 'hands frames over by a timer', ({ port }) => ({
    read: (options) => mapped(port.read(options), slowly),
  })),
];

const gone = new Map<PlayedCaller, () => void>();

const hanging = (chunks: AsyncIterable<AudioChunk>, isClosed: () => boolean): AsyncIterable<AudioChunk> => ({
  [Symbol.asyncIterator]() {
    const iterator = chunks[Symbol.asyncIterator]();
    return {
      async next() {
        const next = await iterator.next();
        // Nobody who has what he came for is kept.
        if (next.done === true && isClosed() && count.ended++ === 0) await new Promise<never>(() => {});
        return next;
      },
      return: async (): Promise<IteratorResult<AudioChunk>> => (await iterator.return?.()) ?? { done: true, value: undefined },
    };
  },
});

const count = { ended: 0 };

async function slowly(chunk: AudioChunk): Promise<AudioChunk> {
  // In the midst of a call, where only time is looked at.
  if (chunk.type === 'audio' && chunk.frame.atMs > 610 && chunk.frame.atMs < 770)
    await new Promise<void>((resolve) => void setTimeout(resolve, 4));
  return chunk;
}

/** What the reader does not read waits with the caller, and is spoken when there is room. */
function keepingAll({ port, caller }: Pick<Parts, 'port' | 'caller'>): Changes {
  const waiting: AudioFrame[] = [];
  let unread = 0;
  const speak = () => {
    for (let frame = waiting[0]; frame !== undefined && unread < 400; frame = waiting[0]) {
      waiting.shift();
      unread += 1;
      caller.speak?.(frame);
    }
  };
  return {
    read: (options) =>
      mapped(port.read(options), (chunk) => {
        unread -= 1;
        speak();
        return chunk;
      }),
    caller: {
      speak(frame) {
        waiting.push(frame);
        speak();
      },
    },
  };
}
