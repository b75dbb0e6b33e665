import type { AudioOutput, Clock, PlayoutEvent } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { AudioOutputEnds } from '../ends/audio-output-ends.js';
import { createReferenceAudioOutput } from '../reference/audio-output/reference-audio-output.js';
import type { RuleId } from '../rules/rule.js';
import type { Mutant } from './mutant.js';

/** What a change of the reference is made with. */
export interface OutputParts {
  readonly port: AudioOutput;
  readonly ends: AudioOutputEnds;
  readonly clock: Clock;
  /** Tells an event of its own. */
  readonly tell: (event: PlayoutEvent) => void;
  /** Ends what is told. */
  readonly stop: () => void;
}

export interface OutputChange extends Partial<Omit<AudioOutput, 'events' | typeof Symbol.asyncDispose>> {
  readonly heard?: () => Int16Array;
  /** What becomes of an event; default: it is told. */
  readonly onEvent?: (event: PlayoutEvent) => void;
  /** Default: what is told fails, too. */
  readonly onFailure?: () => void;
  /** Before the reference is closed. */
  readonly onClose?: () => void;
}

/** The reference, changed in one place. */
export const outputWith = (caughtBy: RuleId, name: string, change: (parts: OutputParts) => OutputChange): Mutant<'audio-output'> => ({
  kind: 'audio-output',
  caughtBy,
  name,
  create({ clock }) {
    const ends = createReferenceAudioOutput({ clock });
    const { port } = ends;
    const events = new Channel<PlayoutEvent>({ capacity: 10_000 });
    const tell = (event: PlayoutEvent) => void events.push(event);
    const { heard, onEvent = tell, onFailure, onClose, ...members } = change({ port, ends, clock, tell, stop: () => events.end() });
    void pump(port, { events, onEvent, onFailure });
    const changed: AudioOutput = {
      sampleRate: port.sampleRate,
      channels: port.channels,
      latencyMs: port.latencyMs,
      events,
      write: (segmentId, frame) => port.write(segmentId, frame),
      end: (segmentId) => port.end(segmentId),
      clear: () => port.clear(),
      async [Symbol.asyncDispose]() {
        onClose?.();
        await port[Symbol.asyncDispose]();
      },
      ...members,
    };
    return {
      ...ends,
      ...(heard === undefined ? {} : { heard }),
      port: changed,
      [Symbol.asyncDispose]: () => changed[Symbol.asyncDispose](),
    };
  },
});

interface Pump {
  readonly events: Channel<PlayoutEvent>;
  readonly onEvent: (event: PlayoutEvent) => void;
  readonly onFailure: (() => void) | undefined;
}

async function pump(port: AudioOutput, { events, onEvent, onFailure }: Pump): Promise<void> {
  try {
    for await (const event of port.events) onEvent(event);
    events.end();
  } catch (error) {
    if (onFailure === undefined) events.fail(error);
    else onFailure();
  }
}
