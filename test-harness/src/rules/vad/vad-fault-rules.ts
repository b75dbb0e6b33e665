import { type AudioFrame, isAPIError, type VADInput, type VADRequest } from '@parley/core/provider';
import { framesOf } from '../audio-frames.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { hear, hearingMs, inputOf, mustHearTheSame, rateOf, spokenFrames } from './vad-calls.js';

/** What comes from outside and is wrong. A vendor's faults are none of a VAD's: it has no wire in version 1. */
export const vadFaultRules: readonly Rule<'vad'>[] = [
  {
    id: 'VAD-4.1',
    title: 'When its audio fails the stream fails with that failure, and other streams go on.',
    why: 'A microphone that broke must not look like a caller who is silent.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const frames = spokenFrames(rateOf(vad));
      const broken = new Error('the microphone broke');
      const audio = (async function* (): AsyncGenerator<VADInput, void, void> {
        yield* inputOf(frames.slice(0, 10));
        throw broken;
      })();
      const failing = trial.read(vad.detect({ ...trial.call().options, audio, sampleRate: rateOf(vad) }));
      const other = hear(trial, vad, { frames });
      const error = await trial.settled('the failure of the audio', failing.error(), hearingMs);
      const isThat = error === broken || (isAPIError(error) && error.cause === broken);
      mustHold(isThat, `the stream must fail with what its audio failed with, and failed with ${shown(error)}`);
      mustHearTheSame(await other, await hear(trial, vad, { frames }), 'of a stream beside one that failed');
    },
  },
  {
    id: 'VAD-4.2',
    title: 'A frame of another rate, in stereo or without a time is refused with a typed error, or does no harm.',
    why: 'A frame that was not converted is a mistake of the application: it must learn of it at that call, and not by a crash.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const samples = new Int16Array(960).fill(100);
      const wrong: readonly AudioFrame[] = [
        { samples, sampleRate: 48_000, channels: 1, atMs: 0 },
        { samples, sampleRate, channels: 2, atMs: 0 },
        { samples, sampleRate, channels: 1, atMs: Number.NaN },
      ];
      for (const frame of wrong) {
        const audio = inputOf([frame, ...spokenFrames(sampleRate, { atMs: 100 }).slice(0, 10)]);
        const end = await trial.settled(
          'the end of the stream',
          trial.read(vad.detect({ ...trial.call().options, audio, sampleRate })).end,
          hearingMs,
        );
        const isFair = end.type === 'ended' || (isAPIError(end.error) && !end.error.retryable);
        mustHold(
          isFair,
          `a frame of ${frame.sampleRate} Hz, ${frame.channels} channel(s), at ${frame.atMs}: must fail typed, and failed with ${end.type === 'failed' ? shown(end.error) : ''}`,
        );
      }
      await hear(trial, vad, { frames: spokenFrames(sampleRate).slice(0, 10) });
    },
  },
  {
    id: 'VAD-4.3',
    title: 'A threshold or a duration that makes no sense is refused with `invalid-request`, or does no harm.',
    why: 'They come from configuration: a crash in the first call says nothing of the line that is wrong.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const options: readonly Partial<VADRequest>[] = [
        { threshold: Number.NaN },
        { threshold: 7 },
        { threshold: -1 },
        { minSpeechMs: -20 },
        { minSilenceMs: Number.POSITIVE_INFINITY },
      ];
      for (const option of options) {
        const audio = inputOf(spokenFrames(rateOf(vad)).slice(0, 10));
        const ending = (async () => {
          for await (const _event of vad.detect({ ...trial.call().options, ...option, audio, sampleRate: rateOf(vad) }));
        })().then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        const failed = await trial.settled(`the end of a call with ${shown(option)}`, ending, hearingMs);
        const isFair = failed === undefined || (isAPIError(failed.error) && failed.error.kind === 'invalid-request');
        mustHold(isFair, `a call with ${shown(option)} must fail with invalid-request, and failed with ${shown(failed?.error)}`);
      }
    },
  },
  {
    id: 'VAD-4.4',
    title: 'Frames without a sample change nothing.',
    why: 'Converters give them at the beginning and at the end.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const frames = spokenFrames(sampleRate);
      const empty = (atMs: number): AudioFrame => ({ samples: new Int16Array(0), sampleRate, channels: 1, atMs });
      const padded = frames.flatMap((frame, index) => (index % 5 === 0 ? [empty(frame.atMs), frame] : [frame]));
      mustHearTheSame(await hear(trial, vad, { frames: padded }), await hear(trial, vad, { frames }), 'with empty frames among the others');
      mustEqual(await hear(trial, vad, { frames: framesOf(new Int16Array(0), { sampleRate }), sampleRate }), [], 'the events of no audio');
    },
  },
];
