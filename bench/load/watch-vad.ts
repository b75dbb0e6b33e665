import type { AudioFrame, VAD, VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { frameMs } from '../fakes/caller-frame.js';

/** What is seen of one call's VAD. */
export interface WatchedVAD {
  /** To be given to the call. */
  readonly vad: VAD;
  /** To be told of each frame when it is pushed into the call; its time is a multiple of 20 ms. */
  pushed(frame: AudioFrame): void;
  /** From the push of the frame that completes a window to the event about it, whatever it waited for on the way. */
  readonly latenciesMs: readonly number[];
  /** Frames pushed, and those of them that the VAD has asked for: a VAD that falls behind is given the newest. */
  count(): { readonly pushed: number; readonly heard: number };
}

/** The same VAD, with the times of its windows taken; that costs two hops of a frame, so let it be that of a few among many calls. */
export function watchVAD(vad: VAD): WatchedVAD {
  const pushedMs = new Map<number, number>();
  const latenciesMs: number[] = [];
  let heard = 0;
  async function* listen(audio: AsyncIterable<VADInput>): AsyncGenerator<VADInput, void, void> {
    for await (const input of audio) {
      if (input.type === 'audio') heard += 1;
      yield input;
    }
  }
  async function* detect(request: VADRequest): AsyncGenerator<VADEvent, void, void> {
    for await (const event of vad.detect({ ...request, audio: listen(request.audio) })) {
      if (event.type === 'window') {
        const endMs = event.atMs + vad.capabilities.windowMs;
        const completedMs = pushedMs.get((Math.ceil(endMs / frameMs) - 1) * frameMs);
        if (completedMs !== undefined) latenciesMs.push(performance.now() - completedMs);
      }
      yield event;
    }
  }
  return {
    vad: { ...vad, detect },
    pushed: ({ atMs }) => void pushedMs.set(atMs, performance.now()),
    latenciesMs,
    count: () => ({ pushed: pushedMs.size, heard }),
  };
}
