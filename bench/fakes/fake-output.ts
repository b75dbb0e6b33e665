import { createPacedAudioOutput, realClock } from '@parley/core';
import type { AudioFrame, AudioOutput, PlayoutEvent } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { OutputKind } from '../load/bench-call.js';
import { agentSampleRate } from './fake-tts.js';

export interface FakeOutputOptions {
  /** `paced` is core's own. */
  readonly kind: OutputKind;
  /** Called with the first frame of each segment, as soon as it is written. */
  readonly onFirstWrite: () => void;
  readonly onClear: () => void;
}

export function createFakeOutput({ kind, onFirstWrite, onClear }: FakeOutputOptions): AudioOutput {
  const output = kind === 'paced' ? createPacedAudioOutput({ clock: realClock, sampleRate: agentSampleRate }) : createInstantOutput();
  let present = '';
  return {
    sampleRate: output.sampleRate,
    channels: output.channels,
    latencyMs: output.latencyMs,
    events: output.events,
    write(segmentId, frame) {
      if (segmentId !== present) onFirstWrite();
      present = segmentId;
      return output.write(segmentId, frame);
    },
    end: (segmentId) => output.end(segmentId),
    clear() {
      output.clear();
      onClear();
    },
    [Symbol.asyncDispose]: () => output[Symbol.asyncDispose](),
  };
}

function createInstantOutput(): AudioOutput {
  const events = new Channel<PlayoutEvent>({ capacity: 500 });
  let open: { readonly segmentId: string; playedMs: number } | undefined;
  const finish = (complete: boolean) => {
    if (open !== undefined) void events.push({ type: 'finished', ...open, complete });
    open = undefined;
  };
  return {
    sampleRate: agentSampleRate,
    channels: 1,
    latencyMs: 0,
    events,
    write(segmentId: string, frame: AudioFrame) {
      if (open?.segmentId !== segmentId) {
        open = { segmentId, playedMs: 0 };
        void events.push({ type: 'started', segmentId });
      }
      open.playedMs += (frame.samples.length / frame.sampleRate) * 1000;
      return undefined;
    },
    end: () => finish(true),
    clear: () => finish(false),
    async [Symbol.asyncDispose]() {
      events.end();
    },
  };
}
