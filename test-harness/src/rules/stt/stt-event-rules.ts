import type { STTEvent, STTInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { STTStep } from '../../wire/stt-wire.js';
import { noWire, vendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { finalsOf, framesOf } from './stt-manner.js';
import { secondPartAt, talk } from './stt-talk.js';

const startsMs = 61_000;
export const said = (text: string, startMs: number, endMs: number): Extract<STTStep, { readonly type: 'final' }> => ({
  type: 'final',
  text,
  startMs,
  endMs,
  words: text === '' ? [] : [{ text, startMs, endMs }],
});

export type Flag = 'streaming' | 'interimTranscripts' | 'endpointing' | 'turnDetection' | 'wordTimings' | 'speakers';
export const unless =
  (...names: readonly Flag[]): NonNullable<Rule<'stt'>['leftOut']> =>
  (subject) => {
    const missing = names.find((name) => !subject.declared.capabilities[name]);
    return noWire(subject) ?? (missing === undefined ? undefined : `${missing}: not declared`);
  };

const finals = (events: readonly STTEvent[]) => events.filter((event) => event.type === 'transcript-final');
/** Rounding, and vendors that count in frames. */
const nearMs = 25;
const mustBeNear = (came: number | undefined, expected: number, what: string) =>
  mustHold(came !== undefined && Math.abs(came - expected) <= nearMs, `${what}: expected ${expected} ms, got ${shown(came)}`);

/** Level 2, what is reported: numbers 12 to 21. */
export const sttEventRules: readonly Rule<'stt'>[] = [
  {
    id: 'STT-2.12',
    title: 'Each final comes once, with its text, under a segment id of its own.',
    why: 'Finals are joined into what the caller said: one twice, and the caller has said it twice.',
    since: '1.0',
    leftOut: unless('streaming'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(300, 0);
      await call.hear(300);
      await call.say(said('One.', 0, 100), said('Two.', 100, 200), said('Two.', 200, 300));
      const events = await call.end();
      mustEqual(finalsOf(events), ['One.', 'Two.', 'Two.'], 'the finals');
      mustEqual(new Set(finals(events).map(({ segmentId }) => segmentId)).size, finals(events).length, 'different segment ids');
    },
  },
  {
    id: 'STT-2.13',
    title: 'Interims come, before their final and under its segment id, and each with all of the text so far.',
    why: 'What is shown of an interim is replaced by its final; under another id it would stay.',
    since: '1.0',
    leftOut: unless('streaming', 'interimTranscripts'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(300, 0);
      await call.hear(300);
      const interim = (text: string): STTStep => ({
        type: 'interim',
        text,
        startMs: 0,
        endMs: 200,
        words: [{ text, startMs: 0, endMs: 200 }],
      });
      await call.say(interim('Good'), interim('Good day'), said('Good day.', 0, 300));
      const events = await call.end();
      const told = events.filter((event) => event.type === 'transcript-interim' || event.type === 'transcript-final');
      mustEqual(
        told.filter(({ text }) => text !== '').map(({ type, text }) => `${type} ${text}`),
        ['transcript-interim Good', 'transcript-interim Good day', 'transcript-final Good day.'],
        'the transcripts',
      );
      mustEqual(new Set(told.filter(({ text }) => text !== '').map(({ segmentId }) => segmentId)).size, 1, 'different segment ids');
    },
  },
  {
    id: 'STT-2.14',
    title: "Times are on the line of the frames given: where that begins at 61 s, so do the transcript's times.",
    why: 'After a reconnection the vendor counts from 0 again; audio would be sent twice, or never.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const call = await talk(trial);
      call.speak(400, startsMs);
      if (trial.subject.declared.capabilities.streaming) {
        await call.hear(400);
        await call.say({ ...said('Hello', 0, 400), type: 'interim' });
      }
      const events = await call.end(said('Hello.', 0, 400));
      const [only] = finals(events);
      mustBeNear(only?.endMs, startsMs + 400, 'the end of the final');
      if (only?.startMs !== undefined) mustBeNear(only.startMs, startsMs, 'its start');
      const interim = events.find((event) => event.type === 'transcript-interim');
      if (interim?.startMs !== undefined) mustBeNear(interim.startMs, startsMs, 'the start of an interim');
      if (interim?.endMs !== undefined) mustBeNear(interim.endMs, startsMs + 400, 'the end of an interim');
    },
  },
  {
    id: 'STT-2.15',
    title: 'A gap between frames (nothing was heard) is a gap in the times: what is said after it is reported after it.',
    why: 'Otherwise all times after a mute are early by as much, and what core cuts and sends again is the wrong audio.',
    since: '1.0',
    leftOut: unless('streaming'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(200, 0, 9);
      await call.hear(200);
      call.speak(200, 5000, 11);
      // A plugin may send silence for the gap: where the vendor hears the second part decides when it is.
      const heardMs = await secondPartAt(trial, call);
      const events = await call.end(said('After.', heardMs, heardMs + 200));
      const last = finals(events).findLast(({ text }) => text !== '');
      mustBeNear(last?.endMs, 5200, 'the end of what was said after the gap');
      if (last?.startMs !== undefined) mustBeNear(last.startMs, 5000, 'its start');
    },
  },
  {
    id: 'STT-2.16',
    title: 'Words come with their times, on the line of the frames given as all else, in order and within their segment.',
    why: 'Applications mark who spoke when, and cut recordings by them.',
    since: '1.0',
    leftOut: unless('wordTimings'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(400, startsMs);
      await call.hear(400);
      const words = [
        { text: 'Good', startMs: 20, endMs: 120 },
        { text: 'day', startMs: 140, endMs: 380 },
      ];
      const events = await call.end({ type: 'final', text: 'Good day', startMs: 20, endMs: 380, words });
      const came = finals(events)[0]?.words ?? [];
      mustEqual(
        came.map(({ text }) => text),
        ['Good', 'day'],
        'the words',
      );
      for (const [index, word] of words.entries()) {
        mustBeNear(came[index]?.startMs, startsMs + word.startMs, `the start of word ${index + 1}`);
        mustBeNear(came[index]?.endMs, startsMs + word.endMs, `the end of word ${index + 1}`);
      }
    },
  },
  {
    id: 'STT-2.17',
    title: 'A final says who spoke.',
    why: 'Where several speak, what one said would be another\u2019s.',
    since: '1.0',
    leftOut: unless('streaming', 'speakers'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(400, 0);
      await call.hear(400);
      const by = (speaker: string, startMs: number): STTStep => ({ ...said(`I am ${speaker}.`, startMs, startMs + 200), speaker });
      await call.say(by('0', 0), by('1', 200));
      const events = await call.end();
      const speakers = finals(events).flatMap(({ text, speaker, words }) => (text === '' ? [] : [speaker ?? words?.[0]?.speaker]));
      mustEqual(new Set(speakers).size, 2, 'different speakers');
      mustHold(
        speakers.every((speaker) => speaker !== undefined),
        'a final without a speaker',
      );
    },
  },
  {
    id: 'STT-2.18',
    title: 'speech-start and speech-end come in turns, each at its time on the line of the frames given.',
    why: 'Without them a session with this recogniser and no VAD hears no barge-in.',
    since: '1.0',
    leftOut: unless('streaming', 'endpointing'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(400, startsMs);
      await call.hear(400);
      await call.say({ type: 'speech-start', atMs: 60 }, said('Yes.', 60, 300), { type: 'speech-end', atMs: 300 });
      const events = await call.end();
      const marks = events.filter((event) => event.type === 'speech-start' || event.type === 'speech-end');
      mustEqual(
        marks.map(({ type }) => type),
        ['speech-start', 'speech-end'],
        'starts and ends of speech',
      );
      mustBeNear(marks[0]?.atMs, startsMs + 60, 'the start of speech');
      mustBeNear(marks[1]?.atMs, startsMs + 300, 'the end of speech');
    },
  },
  {
    id: 'STT-2.19',
    title:
      'Turns come as turn-eager with all of the text so far, turn-resumed, and turn-end at its time, after the last final of its turn.',
    why: 'Core answers at the end of a turn: one that comes before its words is answered without them.',
    since: '1.0',
    leftOut: unless('streaming', 'turnDetection'),
    async prove(trial) {
      const call = await talk(trial);
      call.speak(400, startsMs);
      await call.hear(400);
      await call.say({ type: 'speech-start', atMs: 20 }, { type: 'turn-eager', text: 'I would', endMs: 200 }, { type: 'turn-resumed' });
      await call.say({ type: 'turn-eager', text: 'I would like', endMs: 300 }, said('I would like', 20, 300));
      await call.say({ type: 'turn-end', text: 'I would like', endMs: 300 });
      const events = await call.end();
      const turns = events.filter(({ type }) => type.startsWith('turn-'));
      mustEqual(
        turns.map(({ type }) => type),
        ['turn-eager', 'turn-resumed', 'turn-eager', 'turn-end'],
        'the turns',
      );
      const end = events.findIndex(({ type }) => type === 'turn-end');
      mustHold(finalsOf(events.slice(0, end)).join(' ') === 'I would like', 'the end of the turn must come after its final');
      mustEqual(
        turns.flatMap((event) => (event.type === 'turn-eager' ? [event.text] : [])),
        ['I would', 'I would like'],
        'the texts of turn-eager',
      );
      mustBeNear(
        turns.flatMap((event) => (event.type === 'turn-end' ? [event.atMs] : []))[0],
        startsMs + 300,
        'the end of the voice in turn-end',
      );
    },
  },
  {
    id: 'STT-2.20',
    title: 'A flush is passed on at once, and its answer is a final, also an empty one.',
    why: 'Core flushes when the caller has stopped, and waits for what there is: without an answer each turn waits in vain.',
    since: '1.0',
    leftOut: unless('streaming'),
    async prove(trial) {
      for (const text of ['So far.', '']) {
        const { instance, vendor, calls } = await vendorAtWork(trial, async (call) => {
          for await (const heard of call.heard) {
            if (heard.type === 'flush') await call.send({ ...said(text, 0, 200), flushed: true });
            if (heard.type === 'end') break;
          }
          await call.send({ type: 'done' });
        });
        const input = new Channel<STTInput>({ capacity: 1000 });
        const sampleRate = trial.subject.declared.capabilities.sampleRates[0] ?? 16_000;
        const reading = trial.read(instance.transcribe({ ...trial.call().options, audio: input, sampleRate }));
        for (const frame of framesOf({ value: 9, durationMs: 200, sampleRate })) void input.push({ type: 'audio', frame });
        void input.push({ type: 'flush' });
        await trial.holds(
          'the flush at the vendor',
          () => calls.length > 0 && vendor.heard[0]?.some(({ type }) => type === 'flush') === true,
        );
        const answer = await trial.settled('the answer to a flush', reading.first('transcript-final'));
        mustEqual(answer.text, text, 'its text');
        input.end();
        await trial.settled('the end of the call', reading.all());
      }
    },
  },
  {
    id: 'STT-2.21',
    title: 'When the input ends, what is not final yet still comes; then the stream ends.',
    why: 'The last words before hanging up (yes, book it) are those that count.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const call = await talk(trial);
      call.speak(300, 0);
      if (trial.subject.declared.capabilities.streaming) await call.hear(300);
      if (!trial.subject.declared.capabilities.streaming) {
        mustEqual(finalsOf(await call.end(said('Yes, book it.', 0, 300))), ['Yes, book it.'], 'the finals');
        return;
      }
      const events = await call.end(said('Yes,', 0, 100), said('book it.', 100, 300));
      const finalsHeard = finalsOf(events);
      // A vendor that knows no end answers a flush by one final, and may say more.
      const least = call.endsBy === 'flush' ? 1 : 2;
      mustHold(finalsHeard.length >= least, `there must be ${least} finals, and there are ${finalsHeard.length}`);
      mustEqual(finalsHeard, ['Yes,', 'book it.'].slice(0, finalsHeard.length), 'the finals');
    },
  },
];
