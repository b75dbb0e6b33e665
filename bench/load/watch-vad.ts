import type { VAD, VADEvent, VADInput, VADRequest } from '@parley/core/provider';
import { callerSampleRate, frameMs } from '../fakes/caller-frame.js';

/** What was seen of a VAD's answers, in the calls that were watched. */
export interface WatchedVAD {
  readonly vad: VAD;
  /** From the frame that completes a window to the event about it. */
  readonly latenciesMs: readonly number[];
  /** Windows that the frames given so far make up, and how many of them were answered. */
  count(): { readonly given: number; readonly answered: number };
}

const frameSamples = (callerSampleRate * frameMs) / 1000;

/** The same VAD, with the times of its windows taken; that costs two hops of a frame, so let it be a few of many calls. */
export function watchVAD(vad: VAD): WatchedVAD {
  const windowSamples = (vad.capabilities.windowMs * callerSampleRate) / 1000;
  const latenciesMs: number[] = [];
  const given: { frames: number }[] = [];
  async function* detect(request: VADRequest): AsyncGenerator<VADEvent, void, void> {
    const givenMs: number[] = [];
    const call = { frames: 0 };
    given.push(call);
    async function* listen(): AsyncGenerator<VADInput, void, void> {
      for await (const input of request.audio) {
        if (input.type === 'audio') call.frames = givenMs.push(performance.now());
        yield input;
      }
    }
    let windows = 0;
    for await (const event of vad.detect({ ...request, audio: listen() })) {
      if (event.type === 'window') {
        windows += 1;
        const completed = givenMs[Math.ceil((windows * windowSamples) / frameSamples) - 1];
        if (completed !== undefined) latenciesMs.push(performance.now() - completed);
      }
      yield event;
    }
  }
  const windowsOf = (frames: number): number => Math.floor((frames * frameSamples) / windowSamples);
  return {
    vad: { ...vad, detect },
    latenciesMs,
    count: () => ({ given: given.reduce((sum, { frames }) => sum + windowsOf(frames), 0), answered: latenciesMs.length }),
  };
}
