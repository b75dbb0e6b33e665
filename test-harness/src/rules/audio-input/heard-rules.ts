import type { Rule } from '../rule.js';
import { durationMs } from '../audio-frames.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { callersFrames, framesIn, lengthMsOf, listen, openInput, startMsOf, unlessCaller } from './audio-input-calls.js';

/** Times may be rounded to whole milliseconds. */
const roundingMs = 2;

/** What is read of a caller. */
export const heardRules: readonly Rule<'audio-input'>[] = [
  {
    id: 'AUDIO-IN-2.1',
    title: 'Each frame is one: whole samples of a whole rate, at most 60 ms, and from 10 ms on but for the last.',
    why: 'What reads them counts on it: longer frames delay each interruption, shorter ones cost a call’s processor.',
    since: '1.0',
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 600 });
      const frames = framesIn(reading.events);
      mustHold(frames.length > 0, 'no frame came of 600 ms');
      for (const [index, frame] of frames.entries()) {
        const { samples, sampleRate, channels, atMs } = frame;
        const isWhole = Number.isInteger(sampleRate) && sampleRate > 0 && Number.isInteger(channels) && channels > 0;
        mustHold(
          isWhole && Number.isFinite(atMs) && samples.length % channels === 0,
          `frame ${index} is none: ${shown({ sampleRate, channels, atMs, samples: samples.length })}`,
        );
        const lengthMs = durationMs(frame);
        const leastMs = index === frames.length - 1 ? 0 : 9.9;
        mustHold(lengthMs >= leastMs && lengthMs <= 61, `frame ${index} lasts ${lengthMs} ms: from 10 to 60 it must`);
      }
    },
  },
  {
    id: 'AUDIO-IN-2.2',
    title: 'Frames and gaps follow each other on one line: each begins where the one before it ended.',
    why: 'Transcripts and interruptions are placed by these times: a hole shifts all that is said after it.',
    since: '1.0',
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 600 });
      let nextMs: number | undefined;
      for (const [index, chunk] of reading.events.entries()) {
        const atMs = startMsOf(chunk);
        const wanted = nextMs ?? atMs;
        mustHold(
          Math.abs(atMs - wanted) <= roundingMs,
          `chunk ${index} must begin at ${wanted} ms, where the one before it ended, and begins at ${atMs}`,
        );
        nextMs = atMs + lengthMsOf(chunk);
      }
    },
  },
  {
    id: 'AUDIO-IN-2.3',
    title: 'At the caller’s own rate what was said comes whole, once and in order.',
    why: 'It need not be converted: lost or swapped samples are heard as other words.',
    since: '1.0',
    leftOut: unlessCaller('speak'),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 400 });
      const said = callersFrames(ends.caller, 400).flatMap(({ samples }) => [...samples]);
      const heard = framesIn(reading.events).flatMap(({ samples }) => [...samples]);
      mustEqual(heard.length, said.length, 'how many samples were heard');
      mustEqual(
        said.findIndex((sample, index) => sample !== heard[index]),
        -1,
        'the first sample that is another',
      );
    },
  },
  {
    id: 'AUDIO-IN-2.4',
    title: 'All frames are of one rate, whatever was asked for, and frames say which.',
    why: 'The session makes one converter for the stream: a rate that changes in silence is heard as another voice.',
    since: '1.0',
    async prove(trial) {
      for (const sampleRates of [[], [11_025], [48_000, 16_000, 8000]]) {
        const { ends, reading } = await openInput(trial, sampleRates);
        await listen(trial, ends, { lengthMs: 400 });
        const rates = new Set(framesIn(reading.events).map(({ sampleRate, channels }) => `${sampleRate} Hz, ${channels} channel(s)`));
        mustEqual(rates.size, 1, `formats of the frames when ${shown(sampleRates)} was asked for`);
      }
    },
  },
  {
    id: 'AUDIO-IN-2.5',
    title: 'It ends, quietly, when the caller has gone, and gives before what was said.',
    why: 'The end of the input is how the session learns that the caller hung up.',
    since: '1.0',
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 200 });
      reading.pause();
      if (ends.caller.speak !== undefined) await listen(trial, ends, { lengthMs: 200, fromMs: 200 });
      ends.caller.hangUp?.();
      reading.resume();
      const chunks = await trial.settlesWithin('the end of the input', reading.all(), 60_000);
      const lengthMs = chunks.reduce((sum, chunk) => sum + lengthMsOf(chunk), 0);
      if (ends.caller.speak !== undefined) mustEqual(Math.round(lengthMs), 400, 'milliseconds of audio before the end');
    },
  },
  {
    id: 'AUDIO-IN-2.6',
    title: 'While nothing is heard gaps are told of, as it lasts, at most 100 ms at a time.',
    why: 'Core makes silence of them: without them the utterance of a caller who mutes never ends.',
    since: '1.0',
    leftOut: unlessCaller('mute'),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 100 });
      ends.caller.mute?.();
      for (const passedMs of [300, 600]) {
        await trial.pass(300);
        const gaps = reading.events.flatMap((chunk) => (chunk.type === 'gap' ? [chunk.durationMs] : []));
        const toldMs = gaps.reduce((sum, durationOf) => sum + durationOf, 0);
        mustHold(
          toldMs >= passedMs - 110 && toldMs <= passedMs + roundingMs,
          `muted for ${passedMs} ms, and ${toldMs} ms of gaps were told of`,
        );
        mustHold(
          gaps.every((durationOf) => durationOf > 0 && durationOf <= 100.5),
          `gaps last up to 100 ms each, and these ${shown(gaps)}`,
        );
      }
      ends.caller.unmute?.();
    },
  },
  {
    id: 'AUDIO-IN-2.7',
    title: 'After a gap the audio goes on behind it.',
    why: 'What was said after the caller unmuted must not lie on top of the silence before.',
    since: '1.0',
    leftOut: (subject) => unlessCaller('mute')(subject) ?? unlessCaller('speak')(subject),
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 100 });
      ends.caller.mute?.();
      await trial.pass(250);
      ends.caller.unmute?.();
      await listen(trial, ends, { lengthMs: 100, fromMs: 100 });
      const last = framesIn(reading.events).at(-1);
      mustHold(last !== undefined, 'no frame came');
      const endMs = last.atMs + durationMs(last) - startMsOf(reading.events[0] ?? { type: 'gap', atMs: 0, durationMs: 0 });
      mustHold(
        Math.abs(endMs - 450) <= roundingMs,
        `100 ms of audio, 250 of silence and 100 of audio must end at 450 ms, and end at ${endMs}`,
      );
    },
  },
  {
    id: 'AUDIO-IN-2.8',
    title: 'A frame that was handed over stays as it is.',
    why: 'It goes to the VAD, the transcription and the recording, at different times: a buffer that is used again puts later words into earlier ones.',
    since: '1.0',
    async prove(trial) {
      const { ends, reading } = await openInput(trial);
      await listen(trial, ends, { lengthMs: 200 });
      const first = framesIn(reading.events);
      const copies = first.map(({ samples }) => samples.slice());
      await listen(trial, ends, { lengthMs: 400, fromMs: 200 });
      const changed = first.findIndex(({ samples }, index) => samples.some((sample, at) => sample !== copies[index]?.[at]));
      mustEqual(changed, -1, 'the first frame that was changed after it was handed over');
    },
  },
];
