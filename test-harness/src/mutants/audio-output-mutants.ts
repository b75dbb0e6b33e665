import type { AudioOutput, PlayoutEvent } from '@parley/core/provider';
import { createDeferred } from '@parley/core/provider-kit';
import type { RuleId } from '../rules/rule.js';
import { type OutputParts, outputWith } from './changed-output.js';
import type { Mutant } from './mutant.js';

const telling = (caughtBy: RuleId, name: string, change: (event: PlayoutEvent) => readonly PlayoutEvent[]): Mutant<'audio-output'> =>
  outputWith(caughtBy, name, ({ tell }) => ({
    onEvent: (event) => {
      for (const one of change(event)) tell(one);
    },
  }));

const finished = (segmentId: string): PlayoutEvent => ({ type: 'finished', segmentId, playedMs: 0, complete: false });
const kept: Int16Array[] = [];
const open = new Set<AudioOutput>();

/** Each breaks one rule. */
export const audioOutputMutants: readonly Mutant<'audio-output'>[] = [
  outputWith('AUDIO-OUT-2.1', 'says a latency below 0', () => ({ latencyMs: -1 })),
  telling('AUDIO-OUT-2.2', 'tells of progress after the end', (event) =>
    event.type === 'finished' && event.playedMs === 300
      ? [event, { type: 'progress', segmentId: event.segmentId, playedMs: 300 }]
      : [event],
  ),
  telling('AUDIO-OUT-2.3', 'says of the second segment that it was not complete', (event) =>
    event.type === 'finished' && event.playedMs === 200 && event.segmentId === 'b' ? [{ ...event, complete: false }] : [event],
  ),
  telling('AUDIO-OUT-2.4', 'says nothing of a segment without audio', (event) =>
    event.type === 'finished' && event.complete && event.playedMs === 0 ? [] : [event],
  ),
  telling('AUDIO-OUT-2.5', 'tells of no progress', (event) => (event.type === 'progress' ? [] : [event])),
  telling('AUDIO-OUT-2.6', 'counts what waits as played', (event) =>
    event.type === 'progress' ? [{ ...event, playedMs: event.playedMs + 200 }] : [event],
  ),
  outputWith('AUDIO-OUT-2.7', 'finishes a segment again when it is ended again', ({ port, tell }) => {
    const ended = new Set<string>();
    return {
      end(segmentId) {
        port.end(segmentId);
        if (ended.has(segmentId)) tell(finished(segmentId));
        ended.add(segmentId);
      },
    };
  }),
  outputWith('AUDIO-OUT-2.8', 'starts a segment when it is written to', ({ port, tell }) => {
    const told = new Set<string>();
    const start = (segmentId: string) => {
      if (!told.has(segmentId)) tell({ type: 'started', segmentId });
      told.add(segmentId);
    };
    return {
      write(segmentId, frame) {
        const room = port.write(segmentId, frame);
        // Where nothing else plays that is when it starts.
        if (segmentId === 'b' && told.size > 0) start(segmentId);
        return room;
      },
      onEvent: (event) => (event.type === 'started' ? start(event.segmentId) : tell(event)),
    };
  }),
  outputWith('AUDIO-OUT-2.9', 'ends a segment whose audio ran out', ({ port, clock }) => ({
    write(segmentId, frame) {
      if (frame.atMs === 80 && frame.samples.length > 0) clock.after(250, () => port.end(segmentId));
      return port.write(segmentId, frame);
    },
  })),
  outputWith('AUDIO-OUT-2.10', 'swaps two samples', ({ ends }) => ({
    heard() {
      const samples = ends.heard?.() ?? new Int16Array(0);
      const [first = 0, second = 0] = samples;
      samples.set([second, first].slice(0, samples.length));
      return samples;
    },
  })),
  outputWith('AUDIO-OUT-2.11', 'gives a promise for each frame', ({ port }) => ({
    write: (segmentId, frame) => port.write(segmentId, frame) ?? Promise.resolve(),
  })),
  outputWith('AUDIO-OUT-2.12', 'takes all that it is given at once', ({ port }) => ({
    write(segmentId, frame) {
      void port.write(segmentId, frame);
      return undefined;
    },
  })),
  outputWith('AUDIO-OUT-2.13', 'takes a segment that was ended and cleared for complete', ({ port, tell }) => {
    const ended = new Set<string>();
    return {
      end(segmentId) {
        ended.add(segmentId);
        port.end(segmentId);
      },
      onEvent: (event) => tell(event.type === 'finished' && ended.has(event.segmentId) ? { ...event, complete: true } : event),
    };
  }),
  outputWith('AUDIO-OUT-2.14', 'is slow to tell of what was cleared', ({ port, tell, clock }) => {
    let isClearing = false;
    return {
      clear() {
        port.clear();
        isClearing = true;
      },
      onEvent(event) {
        if (event.type === 'finished' && isClearing && !event.complete) clock.after(30, () => tell(event));
        else tell(event);
      },
      onClose: () => {
        isClearing = false;
      },
    };
  }),
  outputWith('AUDIO-OUT-2.15', 'begins anew what was cleared', ({ port, tell }) => {
    const rounds = new Map<string, number>();
    const inner = (segmentId: string) => `${segmentId}#${rounds.get(segmentId) ?? 0}`;
    const outer = (event: PlayoutEvent): PlayoutEvent => ({ ...event, segmentId: event.segmentId.replace(/#.*/, '') });
    const isOpen = new Set<string>();
    return {
      write(segmentId, frame) {
        isOpen.add(segmentId);
        return port.write(inner(segmentId), frame);
      },
      end: (segmentId) => port.end(inner(segmentId)),
      clear() {
        for (const segmentId of isOpen) rounds.set(segmentId, (rounds.get(segmentId) ?? 0) + 1);
        isOpen.clear();
        port.clear();
      },
      onEvent(event) {
        const told = outer(event);
        if (told.type === 'finished') isOpen.delete(told.segmentId);
        tell(told);
      },
    };
  }),
  outputWith('AUDIO-OUT-2.16', 'drops the first frame after a clear', ({ port }) => {
    let drops = false;
    return {
      clear() {
        drops = true;
        port.clear();
      },
      write(segmentId, frame) {
        const isDropped = drops && segmentId === 'b';
        if (isDropped) drops = false;
        return isDropped ? undefined : port.write(segmentId, frame);
      },
    };
  }),
  outputWith('AUDIO-OUT-2.17', 'plays on for a moment after a clear', ({ port, ends }) => {
    let more = 0;
    return {
      clear() {
        port.clear();
        more = 1600;
      },
      heard: () => Int16Array.from([...(ends.heard?.() ?? []), ...new Int16Array(more)]),
    };
  }),
  outputWith('AUDIO-OUT-2.18', 'lets a writer wait after a clear', ({ port }) => {
    let isCleared = false;
    return {
      clear() {
        isCleared = true;
        port.clear();
      },
      write: (segmentId, frame) => port.write(segmentId, frame)?.then(() => (isCleared ? createDeferred<void>().promise : undefined)),
    };
  }),
  outputWith('AUDIO-OUT-2.19', 'finishes nothing when nothing is cleared', ({ port, tell }) => {
    const isOpen = new Set<string>();
    return {
      write(segmentId, frame) {
        isOpen.add(segmentId);
        return port.write(segmentId, frame);
      },
      clear() {
        if (isOpen.size === 0) tell(finished('nothing'));
        port.clear();
      },
      onEvent(event) {
        if (event.type === 'finished') isOpen.delete(event.segmentId);
        tell(event);
      },
    };
  }),
  outputWith('AUDIO-OUT-3.1', 'says nothing of what was open when it is closed', ({ tell }) => {
    let isClosed = false;
    return { onClose: () => void (isClosed = true), onEvent: (event) => (isClosed ? undefined : tell(event)) };
  }),
  outputWith('AUDIO-OUT-3.2', 'lets a writer wait after the close', ({ port }) => {
    let isClosed = false;
    return {
      onClose: () => void (isClosed = true),
      write: (segmentId, frame) => port.write(segmentId, frame)?.then(() => (isClosed ? createDeferred<void>().promise : undefined)),
    };
  }),
  outputWith('AUDIO-OUT-3.3', 'throws when it is written to after the close', ({ port }) => {
    let isClosed = false;
    return {
      onClose: () => void (isClosed = true),
      write(segmentId, frame) {
        if (isClosed) throw new Error('closed');
        return port.write(segmentId, frame);
      },
    };
  }),
  outputWith('AUDIO-OUT-3.4', 'waits until its events are read', waitingForReaders),
  outputWith('AUDIO-OUT-3.5', 'clears every output', ({ port }) => {
    open.add(port);
    return {
      onClose: () => void open.delete(port),
      clear() {
        for (const one of open) one.clear();
      },
    };
  }),
  outputWith('AUDIO-OUT-3.6', 'polls while it is open', ({ clock }) => {
    let cancel = () => {};
    const poll = () => {
      cancel = clock.after(50, poll);
    };
    poll();
    return { onClose: () => cancel() };
  }),
  outputWith('AUDIO-OUT-3.7', 'keeps a buffer of each output', () => {
    kept.push(new Int16Array(100_000));
    return {};
  }),
  outputWith('AUDIO-OUT-4.1', 'plays frames of any rate at its own', ({ port }) => ({
    write: (segmentId, frame) => port.write(segmentId, { ...frame, sampleRate: port.sampleRate }),
  })),
  outputWith('AUDIO-OUT-4.2', 'throws at a frame without a sample', ({ port }) => ({
    write(segmentId, frame) {
      if (frame.samples.length === 0) throw new RangeError('an empty frame');
      return port.write(segmentId, frame);
    },
  })),
  outputWith('AUDIO-OUT-4.3', 'ends as if the call were over when it breaks', ({ stop }) => ({ onFailure: stop })),
  outputWith('AUDIO-OUT-5.1', 'tells all 45 ms late', (parts) => late(parts, { byMs: 45, which: () => true })),
  outputWith('AUDIO-OUT-5.2', 'finishes 100 ms late', (parts) =>
    late(parts, { byMs: 100, which: (event) => event.type === 'finished' && event.playedMs === 140 }),
  ),
  outputWith('AUDIO-OUT-5.3', 'takes a millisecond for each frame', ({ port }) => ({
    write(segmentId, frame) {
      for (const untilMs = performance.now() + 1; performance.now() < untilMs;);
      return port.write(segmentId, frame);
    },
  })),
];

/** So many unread events, and a writer waits. */
function waitingForReaders({ port, tell }: OutputParts): ReturnType<Parameters<typeof outputWith>[2]> {
  let told = 0;
  return {
    write(segmentId, frame) {
      const room = port.write(segmentId, frame);
      return told > 3 && segmentId === 'a' && frame.atMs > 1500 ? createDeferred<void>().promise : room;
    },
    onEvent(event) {
      told += 1;
      tell(event);
    },
  };
}

interface Delay {
  readonly byMs: number;
  readonly which: (event: PlayoutEvent) => boolean;
}

/** Some events come later; all are told at the close. */
function late({ tell, clock }: OutputParts, { byMs, which }: Delay): ReturnType<Parameters<typeof outputWith>[2]> {
  const waiting = new Set<() => void>();
  let isClosed = false;
  return {
    onEvent(event) {
      if (isClosed || !which(event)) return tell(event);
      const cancel = clock.after(byMs, () => act());
      const act = () => {
        cancel();
        waiting.delete(act);
        tell(event);
      };
      waiting.add(act);
    },
    onClose() {
      isClosed = true;
      for (const act of waiting) act();
    },
  };
}
