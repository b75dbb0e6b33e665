import { speechSample } from '../../speech-sample.js';
import { durationMs, framesOf } from '../audio-frames.js';
import { failureOfStream } from '../failure-of-stream.js';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { proveIdentity } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { hear, inputOf, later, mustHearTheSame, rateOf, spokenFrames, windowsOf } from './vad-calls.js';

/** What a VAD says of itself, and of each window of audio. */
export const vadWindowRules: readonly Rule<'vad'>[] = [
  {
    id: 'VAD-2.1',
    title: 'Says what it is: kind `vad`, version 1, its names, at least one sample rate, and the length of its windows.',
    why: 'The session resamples to the first declared rate and finds the VAD by its kind: without them there is no hearing at all.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      proveIdentity(vad, 'vad');
      const { sampleRates, windowMs } = vad.capabilities;
      mustHold(sampleRates.length > 0, 'sampleRates must hold at least one rate');
      for (const rate of sampleRates)
        mustHold(Number.isInteger(rate) && rate > 0, `a sample rate must be whole hertz, and is ${shown(rate)}`);
      mustHold(windowMs > 0 && windowMs <= 1000, `windowMs must lie above 0 and up to 1,000, and is ${shown(windowMs)}`);
    },
  },
  {
    id: 'VAD-2.2',
    title: 'A sample rate that is not declared fails at once with `unsupported`, before any audio is asked for.',
    why: 'Audio of another rate sounds too high or too low to a model: it hears nothing, or everything, and nobody learns why.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = 11_025;
      let asked = 0;
      const audio = (async function* () {
        asked += 1;
        yield* inputOf(framesOf(new Int16Array(sampleRate), { sampleRate, lengths: [220] }));
      })();
      const stream = () => vad.detect({ ...trial.call().options, audio, sampleRate });
      const error = await trial.settled('a call with 11,025 Hz', failureOfStream(stream));
      mustBeAPIError(error, 'a call with 11,025 Hz', { kinds: ['unsupported'], retryable: false });
      mustEqual(asked, 0, 'how often audio was asked for');
    },
  },
  {
    id: 'VAD-2.3',
    title: 'Each window of audio is told of once and in order, at each declared rate: `atMs` is its start, counted in samples.',
    why: 'Silence is measured in windows: one too many or too few, and the end of a turn is found too early or never.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const { sampleRates, windowMs } = vad.capabilities;
      for (const sampleRate of sampleRates) {
        const windows = windowsOf(await hear(trial, vad, { frames: spokenFrames(sampleRate) }));
        const lengthMs = (speechSample(sampleRate).samples.length * 1000) / sampleRate;
        mustEqual(windows.length, Math.floor(lengthMs / windowMs), `windows of ${lengthMs} ms at ${sampleRate} Hz`);
        for (const [index, { atMs }] of windows.entries()) {
          mustHold(
            Math.abs(atMs - index * windowMs) < 0.5,
            `window ${index} at ${sampleRate} Hz: must begin at ${index * windowMs} ms, and begins at ${atMs}`,
          );
        }
      }
    },
  },
  {
    id: 'VAD-2.4',
    title: 'Times lie on the line of the frames: if the first frame says 61,000, so do the events.',
    why: 'The session cuts the caller’s audio by these times; on a line of its own the VAD points at the wrong second of the call.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const fromZero = await hear(trial, vad, { frames: spokenFrames(rateOf(vad)) });
      const late = await hear(trial, vad, { frames: spokenFrames(rateOf(vad), { atMs: 61_000 }) });
      mustHearTheSame(late, later(fromZero, 61_000), 'of audio that begins at 61,000 ms');
    },
  },
  {
    id: 'VAD-2.5',
    title: 'However audio is cut into frames, the events are the same: windows do not drift.',
    why: 'Rooms, telephones and files cut audio differently, some into odd numbers of samples; a VAD that loses the rest of each frame hears a faster call.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      for (const sampleRate of vad.capabilities.sampleRates) {
        const even = await hear(trial, vad, { frames: spokenFrames(sampleRate) });
        for (const lengths of [[sampleRate / 100 + 1], [211, 160, 333, 97, 480, 1], [Math.floor(sampleRate * 0.06)]]) {
          const odd = await hear(trial, vad, { frames: spokenFrames(sampleRate, { lengths }) });
          mustHearTheSame(odd, even, `of ${sampleRate} Hz in frames of ${lengths.join(', ')} samples`);
        }
      }
    },
  },
  {
    id: 'VAD-2.6',
    title: 'A frame that begins later than the one before it ended moves the line: what follows is told of where it was.',
    why: 'Lost packets and muted stretches are gaps; one that is not counted shifts all that is said after it.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const { windowMs } = vad.capabilities;
      for (const gapMs of [300, 5000]) {
        const quiet = framesOf(new Int16Array(sampleRate / 5).fill(1), { sampleRate });
        const frames = [...quiet, ...spokenFrames(sampleRate, { atMs: 200 + gapMs })];
        const last = frames.at(-1);
        mustHold(last !== undefined, 'there are frames');
        const endMs = last.atMs + durationMs(last);
        const windows = windowsOf(await hear(trial, vad, { frames }));
        const lastMs = (windows.at(-1)?.atMs ?? -Infinity) + windowMs;
        mustHold(
          lastMs <= endMs + 2 && lastMs > endMs - 2 * windowMs,
          `after a gap of ${gapMs} ms the audio ends at ${endMs} ms: the last window must end there, and ends at ${lastMs}`,
        );
      }
    },
  },
  {
    id: 'VAD-2.7',
    title: 'The probability of a window lies from 0 to 1, and its durations are numbers from 0 on.',
    why: 'They are compared with thresholds: NaN is below and above none of them, and the turn never ends.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      for (const { probability, speechMs, silenceMs } of windowsOf(await hear(trial, vad, { frames: spokenFrames(rateOf(vad)) }))) {
        mustHold(probability >= 0 && probability <= 1, `a probability must lie from 0 to 1, and is ${probability}`);
        const areDurations = [speechMs, silenceMs].every((value) => Number.isFinite(value) && value >= 0);
        mustHold(areDurations, `durations must be numbers from 0 on, and are ${speechMs} and ${silenceMs}`);
      }
    },
  },
  {
    id: 'VAD-2.8',
    title: 'The durations of a window are those of the present stretch, up to the window’s end: they grow by a window, and begin anew.',
    why: 'The session takes the length of a pause from `silenceMs`: if it does not begin anew, the second pause of a call looks like a minute of silence.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const { windowMs } = vad.capabilities;
      const windows = windowsOf(await hear(trial, vad, { frames: spokenFrames(rateOf(vad)) }));
      mustHold(
        windows.some(({ speechMs }) => speechMs > 0),
        'no window of the sample was speech',
      );
      for (const [index, { silenceMs, speechMs, atMs }] of windows.entries()) {
        const before = windows[index - 1];
        if (before === undefined) continue;
        if (silenceMs > 0 && before.silenceMs > 0)
          mustNear(silenceMs, before.silenceMs + windowMs, `silenceMs of the window at ${atMs}, in silence`);
        if (silenceMs > 0 && before.silenceMs === 0)
          mustNear(silenceMs, windowMs, `silenceMs of the window at ${atMs}, the first of silence`);
        if (silenceMs === 0 && before.silenceMs === 0 && before.speechMs > 0)
          mustNear(speechMs, before.speechMs + windowMs, `speechMs of the window at ${atMs}, in speech`);
      }
    },
  },
];

function mustNear(came: number, wanted: number, what: string): void {
  mustHold(Math.abs(came - wanted) < 1, `${what}: expected ${wanted}, got ${came}`);
}
