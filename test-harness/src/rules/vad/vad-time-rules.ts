import type { VADInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { speechSample } from '../../speech-sample.js';
import { leastOf, longestStall } from '../event-loop-stall.js';
import type { Rule } from '../rule.js';
import { mustHold } from '../violation.js';
import { hear, hearingMs, rateOf, spokenFrames, windowsOf } from './vad-calls.js';

/** A frame of audio is due every 20 ms: whoever holds the process up for longer delays every call in it. */
const longestStallMs = 40;

/** Of real time; generous, for a machine that does much else. */
export const vadTimeRules: readonly Rule<'vad'>[] = [
  {
    id: 'VAD-5.1',
    title: 'A window is told of when its last sample is there, at most one window later.',
    why: 'A VAD that collects audio before it judges delays every interruption and every answer.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const { windowMs } = vad.capabilities;
      const audio = new Channel<VADInput>({ capacity: 1000 });
      const reading = trial.read(vad.detect({ ...trial.call().options, audio, sampleRate: rateOf(vad) }));
      const frames = spokenFrames(rateOf(vad)).slice(0, 100);
      for (const [index, frame] of frames.entries()) {
        void audio.push({ type: 'audio', frame });
        const due = Math.floor(((index + 1) * 20) / windowMs) - 1;
        const what = `windows after ${(index + 1) * 20} ms of audio: ${due} or more must be told of`;
        if (due > 0) await trial.holds(what, () => windowsOf(reading.events).length >= due, hearingMs / 5);
      }
    },
  },
  {
    id: 'VAD-5.2',
    title: 'It never holds the event loop up for more than 40 ms.',
    why: 'All calls of a process share one event loop: a model that runs in it stutters in every ear.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const listening = () =>
        longestStall(() => Promise.all([1, 2, 3, 4].map(() => hear(trial, vad, { frames: spokenFrames(rateOf(vad)) }))));
      await hear(trial, vad, { frames: spokenFrames(rateOf(vad)).slice(0, 20) });
      const stall = await leastOf(4, listening);
      trial.measured({ longestStallMs: stall });
      mustHold(stall <= longestStallMs, `the event loop was held up for ${stall.toFixed(1)} ms: at most ${longestStallMs} may be`);
    },
  },
  {
    id: 'VAD-5.3',
    title: 'It hears at least five times as fast as audio comes.',
    why: 'One that barely keeps up falls behind as soon as there are two calls.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const { samples, sampleRate } = speechSample(rateOf(vad));
      const lengthMs = (samples.length * 1000) / sampleRate;
      await hear(trial, vad, { frames: spokenFrames(sampleRate).slice(0, 20) });
      const took = await leastOf(3, async () => {
        const startedMs = performance.now();
        await hear(trial, vad, { frames: spokenFrames(sampleRate) });
        return performance.now() - startedMs;
      });
      trial.measured({ audioMs: lengthMs, tookMs: took });
      mustHold(took * 5 <= lengthMs, `${Math.round(lengthMs)} ms of audio took ${Math.round(took)} ms: at most a fifth may be`);
    },
  },
];
