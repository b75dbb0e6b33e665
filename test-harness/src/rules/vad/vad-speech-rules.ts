import { speechSample } from '../../speech-sample.js';
import { framesOf, joined, noise } from '../audio-frames.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { hear, later, mustHearTheSame, rateOf, spokenFrames, timesOf, turnsOf, windowsOf } from './vad-calls.js';

/** How far from the truth a start or an end may lie: models differ about breath and the last consonant. */
const toleranceMs = 300;

/** Where speech begins and ends. */
export const vadSpeechRules: readonly Rule<'vad'>[] = [
  {
    id: 'VAD-2.9',
    title: 'Speech is found where it is, at each declared rate.',
    why: 'What a VAD does not hear the agent does not hear; what it hears too late cannot interrupt.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      for (const sampleRate of vad.capabilities.sampleRates) {
        const events = await hear(trial, vad, { frames: spokenFrames(sampleRate) });
        const { spoken } = speechSample(sampleRate);
        const starts = timesOf(events, 'speech-start');
        mustHold(starts.length > 0, `at ${sampleRate} Hz no speech was found in two sentences`);
        const first = spoken[0]?.startMs ?? 0;
        const at = starts[0] ?? Infinity;
        mustHold(Math.abs(at - first) <= toleranceMs, `at ${sampleRate} Hz speech begins at ${first} ms, and was found at ${at}`);
      }
    },
  },
  {
    id: 'VAD-2.10',
    title: '`speech-start` says when speech began, not when it was noticed: however much voice is asked for, the time is the same.',
    why: 'The transcript begins there: by the time of notice the first word is lost.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const frames = spokenFrames(rateOf(vad));
      const [soon] = timesOf(await hear(trial, vad, { frames, minSpeechMs: 70 }), 'speech-start');
      const [late] = timesOf(await hear(trial, vad, { frames, minSpeechMs: 250 }), 'speech-start');
      mustEqual(late, soon, 'the first `speech-start`, with `minSpeechMs` 250 as with 70');
    },
  },
  {
    id: 'VAD-2.11',
    title: '`speech-end` says when speech ended, not when that was noticed: however much silence is asked for, the time is the same.',
    why: 'The delay of the answer counts from the end of speech; from the time of notice each answer comes half a second late.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const audio = joined([speechSample(sampleRate).samples, new Int16Array(sampleRate)]);
      const frames = framesOf(audio, { sampleRate });
      const soon = timesOf(await hear(trial, vad, { frames, minSilenceMs: 200 }), 'speech-end').at(-1);
      const late = timesOf(await hear(trial, vad, { frames, minSilenceMs: 700 }), 'speech-end').at(-1);
      mustEqual(late, soon, 'the last `speech-end`, with `minSilenceMs` 700 as with 200');
    },
  },
  {
    id: 'VAD-2.12',
    title: 'Starts and ends take turns: first a start, then its end, which lies later.',
    why: 'A second start in one utterance interrupts the agent twice; an end without a start ends a turn that nobody had.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const turns = turnsOf(await hear(trial, vad, { frames: spokenFrames(rateOf(vad)), minSilenceMs: 300 }));
      mustHold(turns.length > 0, 'no speech was found');
      for (const [index, { type, atMs }] of turns.entries()) {
        mustEqual(type, index % 2 === 0 ? 'speech-start' : 'speech-end', `number ${index} of the starts and ends ${shown(turns)}`);
        mustHold(
          atMs >= (turns[index - 1]?.atMs ?? 0),
          `number ${index} of the starts and ends lies before the one before it: ${shown(turns)}`,
        );
      }
    },
  },
  {
    id: 'VAD-2.13',
    title: 'When the audio ends in the midst of speech a `speech-end` follows, and the stream ends.',
    why: 'A caller who hangs up in mid-sentence else speaks for ever: the last words are never made final.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const { samples } = speechSample(sampleRate);
      const cut = samples.subarray(0, Math.round(1.2 * sampleRate));
      const turns = turnsOf(await hear(trial, vad, { frames: framesOf(cut, { sampleRate }) }));
      mustHold(turns.length > 0, 'no speech was found');
      mustEqual(turns.at(-1)?.type, 'speech-end', 'the last start or end of audio that breaks off in mid-speech');
    },
  },
  {
    id: 'VAD-2.14',
    title: 'A start or an end follows the window that causes it, directly.',
    why: 'Who reads the durations of the window before acting on the start must not find those of the silence before.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const { windowMs } = vad.capabilities;
      const events = await hear(trial, vad, { frames: spokenFrames(rateOf(vad)), minSpeechMs: 0 });
      const starts = events.flatMap((event, index) => (event.type === 'speech-start' ? [index] : []));
      mustHold(starts.length > 0, 'no speech was found');
      for (const index of starts) {
        const [start, before] = [events[index], events[index - 1]];
        mustHold(before?.type === 'window', `before a start must come the window that causes it, and came ${shown(before)}`);
        mustHold(
          before.speechMs > 0 && before.atMs + windowMs > (start?.atMs ?? 0),
          `the window before ${shown(start)} must be of that speech, and is ${shown(before)}`,
        );
      }
    },
  },
  {
    id: 'VAD-2.15',
    title: 'Voice that is shorter than `minSpeechMs` is no speech.',
    why: 'A cough or a click else interrupts the agent.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const { samples } = speechSample(sampleRate);
      const burst = samples.subarray(Math.round(0.5 * sampleRate), Math.round(0.7 * sampleRate));
      const quiet = noise(sampleRate, 8);
      const frames = framesOf(joined([quiet, burst, quiet]), { sampleRate });
      mustEqual(
        turnsOf(await hear(trial, vad, { frames, minSpeechMs: 700 })),
        [],
        'starts and ends of a fifth of a second, with `minSpeechMs` 700',
      );
    },
  },
  {
    id: 'VAD-2.16',
    title: 'Silence that is shorter than `minSilenceMs` ends no speech.',
    why: 'A breath between two words else ends the caller’s turn.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const events = await hear(trial, vad, { frames: spokenFrames(rateOf(vad)), minSilenceMs: 1500 });
      mustEqual(
        timesOf(events, 'speech-start').length,
        1,
        'how many starts two sentences with a pause of 800 ms have, with `minSilenceMs` 1,500',
      );
    },
  },
  {
    id: 'VAD-2.17',
    title: 'Speech begins with a window whose probability reaches `threshold`.',
    why: 'In a noisy place the application asks for more certainty: without it the noise is answered.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const frames = spokenFrames(rateOf(vad));
      const usual = await hear(trial, vad, { frames, minSpeechMs: 0 });
      const ofStart = probabilityAtStart(usual);
      mustHold(ofStart !== undefined, 'no speech was found');
      // Between what the first window had and the most that any had: the start must move.
      const most = Math.max(...windowsOf(usual).map(({ probability }) => probability));
      const threshold = (ofStart + most) / 2;
      const strict = probabilityAtStart(await hear(trial, vad, { frames, minSpeechMs: 0, threshold }));
      mustHold(strict === undefined || strict >= threshold, `with threshold ${threshold} speech began with a window of ${strict}`);
    },
  },
  {
    id: 'VAD-2.18',
    title: 'After a `reset` all is as in a new stream: line, model and speech under way, whose end is not told.',
    why: 'The session resets when a turn is over by another account: what was before must not be told of again, nor colour what comes.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const { samples } = speechSample(sampleRate);
      const before = framesOf(samples.subarray(0, Math.round(1.23 * sampleRate)), { sampleRate });
      const after = spokenFrames(sampleRate, { atMs: 30_000 });
      const both = await hear(trial, vad, { frames: [...before, 'reset', ...after] });
      const first = both.findIndex((event) => event.type === 'window' && event.atMs >= 30_000);
      mustHold(first >= 0, 'no window was told of after the reset');
      mustEqual(timesOf(both.slice(0, first), 'speech-end'), [], 'ends of the speech that was under way at the reset');
      const fresh = later(await hear(trial, vad, { frames: spokenFrames(sampleRate) }), 30_000);
      mustHearTheSame(both.slice(first), fresh, 'after a reset');
    },
  },
  {
    id: 'VAD-2.19',
    title: 'Digital silence is no speech, and its windows go on being told of.',
    why: 'A muted caller sends zeros: with windows that stop, the silence that ends the turn is never measured.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const events = await hear(trial, vad, { frames: framesOf(new Int16Array(10 * sampleRate), { sampleRate }) });
      mustEqual(turnsOf(events), [], 'starts and ends in ten seconds of zeros');
      mustEqual(events.length, Math.floor(10_000 / vad.capabilities.windowMs), 'windows of ten seconds of zeros');
    },
  },
  {
    id: 'VAD-2.20',
    title: 'The frames that it is given stay as they are.',
    why: 'The same frames go to the transcription and into the recording.',
    since: '1.0',
    async prove(trial) {
      const vad = await trial.create();
      const sampleRate = rateOf(vad);
      const samples = speechSample(sampleRate).samples.slice();
      await hear(trial, vad, { frames: framesOf(samples, { sampleRate }) });
      const changed = samples.findIndex((sample, index) => sample !== speechSample(sampleRate).samples[index]);
      mustEqual(changed, -1, 'the first sample that was changed');
    },
  },
];

/** Of the window with which speech begins first. */
function probabilityAtStart(events: Parameters<typeof windowsOf>[0]): number | undefined {
  const [atMs] = timesOf(events, 'speech-start');
  return atMs === undefined ? undefined : windowsOf(events).find((window) => Math.abs(window.atMs - atMs) < 1)?.probability;
}
