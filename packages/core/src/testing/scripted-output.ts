import { createPacedAudioOutput } from '../call-io/paced-output.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';

/** A stretch of playout, on the clock. */
export interface PlayedSegment {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly playedMs: number;
  readonly complete: boolean;
}

/** A loudspeaker with a memory: plays in the clock's time, or as the given output does, and keeps when it played what. */
export function createScriptedOutput(
  clock: Clock,
  output: AudioOutput = createPacedAudioOutput({ clock, sampleRate: 24_000 }),
): AudioOutput & { readonly played: readonly PlayedSegment[] } {
  const played: PlayedSegment[] = [];
  let startedMs = 0;
  const observe = (event: PlayoutEvent) => {
    if (event.type === 'started') startedMs = clock.now();
    if (event.type === 'finished') played.push({ startedMs, endedMs: clock.now(), playedMs: event.playedMs, complete: event.complete });
  };
  return {
    sampleRate: output.sampleRate,
    channels: output.channels,
    latencyMs: output.latencyMs,
    played,
    write: (segmentId, frame) => output.write(segmentId, frame),
    end: (segmentId) => output.end(segmentId),
    clear: () => output.clear(),
    events: (async function* () {
      for await (const event of output.events) {
        observe(event);
        yield event;
      }
    })(),
    [Symbol.asyncDispose]: () => output[Symbol.asyncDispose](),
  };
}
