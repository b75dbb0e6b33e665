import type { TTSEvent, TTSInput, TTSRequest } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { Trial } from '../../trial/trial.js';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { noWire, vendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { hearText, type HeardText, segmentOf, soundOf, soundsOf, textInput } from './tts-manner.js';

/** Of each segment's audio. */
const soundMs = 200;

export const rateOf = ({ subject }: Trial<'tts'>): number => subject.declared.capabilities.sampleRates[0] ?? 24_000;

/** Speaks each segment: 200 ms of a value that counts the segments, whichever call they come in. */
export async function speaking(trial: Trial<'tts'>) {
  const heard: HeardText[] = [];
  const atWork = await vendorAtWork(trial, async (call) => {
    for (;;) {
      const segment = await hearText(call);
      if (segment.text === '') return;
      heard.push(segment);
      await call.send({ type: 'audio', samples: soundOf(heard.length * 100, soundMs, segment.sampleRate) });
      await call.send({ type: 'segment-end' });
      if (call.connection.type === 'http') return;
    }
  });
  return { ...atWork, heard };
}

interface Spoken {
  readonly events: readonly TTSEvent[];
  /** What the vendor was told to say, segment by segment. */
  readonly heard: readonly HeardText[];
  readonly requests: number;
}

/** What comes of these inputs, with a vendor or, where the subject has none, without. */
export async function spoken(trial: Trial<'tts'>, inputs: readonly TTSInput[], more: Partial<TTSRequest> = {}): Promise<Spoken> {
  const atWork = trial.subject.wire === undefined ? undefined : await speaking(trial);
  const instance = atWork?.instance ?? (await trial.create());
  const request = { ...trial.call().options, text: textInput(...inputs), sampleRate: rateOf(trial), ...more };
  const events = await trial.settled('the end of the call', trial.read(instance.synthesize(request)).all());
  return { events, heard: atWork?.heard ?? [], requests: atWork?.vendor.record.requests.length ?? 0 };
}

const framesOf = (events: readonly TTSEvent[]) => events.flatMap((event) => (event.type === 'audio' ? [event] : []));
const endsOf = (events: readonly TTSEvent[]) => events.flatMap((event) => (event.type === 'segment-end' ? [event.segmentId] : []));
const notStreaming: NonNullable<Rule<'tts'>['leftOut']> = (subject) =>
  noWire(subject) ?? (subject.declared.capabilities.streaming ? undefined : 'streaming: not declared');

/** Level 2, segments and their audio: numbers 10 to 15, 20 and 22. */
export const ttsSegmentRules: readonly Rule<'tts'>[] = [
  {
    id: 'TTS-2.10',
    title: 'All audio of a segment comes, each sample once, in order, up to the last.',
    why: 'A sample that is lost shifts the bytes of all that follow, and what is heard is noise; the end of a sentence is heard to be cut.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const sampleRate = rateOf(trial);
      // 317 ms: no whole number of frames.
      const samples = Int16Array.from({ length: Math.round(sampleRate * 0.317) }, (_sample, index) => ((index * 7) % 60_000) - 30_000);
      const { instance } = await vendorAtWork(trial, async (call) => {
        await hearText(call);
        await call.send({ type: 'audio', samples });
        await call.send({ type: 'segment-end' });
      });
      const request = { ...trial.call().options, text: textInput(...segmentOf('s1', 'Hello there.')), sampleRate };
      const events = await trial.settled('the end of the call', trial.read(instance.synthesize(request)).all());
      const came = framesOf(events).flatMap(({ frame }) => [...frame.samples]);
      mustEqual(came.length, samples.length, 'the number of samples');
      mustEqual(
        came.findIndex((sample, index) => sample !== samples[index]),
        -1,
        'the first sample that is another',
      );
    },
  },
  {
    id: 'TTS-2.11',
    title: 'Frames are mono, at the rate asked for, of 10 to 60 ms but for the last of a segment, and follow on one another in time.',
    why: 'Core paces and cuts speech by them; what is longer cannot be interrupted in time.',
    since: '1.0',
    async prove(trial) {
      const { events } = await spoken(trial, segmentOf('s1', 'This is said.'));
      const frames = framesOf(events).map(({ frame }) => frame);
      mustHold(frames.length > 0, 'there was no audio');
      for (const [index, { samples, sampleRate, channels, atMs }] of frames.entries()) {
        mustEqual([sampleRate, channels], [rateOf(trial), 1], `rate and channels of frame ${index + 1}`);
        const durationMs = (samples.length * 1000) / sampleRate;
        mustHold(
          durationMs <= 60 && (durationMs >= 10 || (index === frames.length - 1 && durationMs > 0)),
          `frame ${index + 1} is ${durationMs} ms long`,
        );
        const before = frames[index - 1];
        const expectedMs = before === undefined ? atMs : before.atMs + (before.samples.length * 1000) / before.sampleRate;
        mustHold(
          Math.abs(atMs - expectedMs) < 1,
          `frame ${index + 1} begins at ${atMs} ms, and the one before it ended at ${expectedMs} ms`,
        );
      }
    },
  },
  {
    id: 'TTS-2.12',
    title: 'A frame that was handed over is not written to again.',
    why: 'It may wait for seconds before it is played: what is heard then would be another piece.',
    since: '1.0',
    async prove(trial) {
      const atWork = trial.subject.wire === undefined ? undefined : await speaking(trial);
      const instance = atWork?.instance ?? (await trial.create());
      const text = textInput(...segmentOf('s1', 'This is said.'), ...(instance.capabilities.streaming ? segmentOf('s2', 'And this.') : []));
      const stream = instance.synthesize({ ...trial.call().options, text, sampleRate: rateOf(trial) });
      const kept: { readonly given: Int16Array; readonly copy: Int16Array }[] = [];
      const reading = trial.read(copying(stream, kept));
      await trial.settled('the end of the call', reading.all());
      const changed = kept.findIndex(({ given, copy }) => copy.some((sample, index) => sample !== given[index]));
      mustEqual(changed, -1, 'the first frame that was changed after it was handed over');
    },
  },
  {
    id: 'TTS-2.13',
    title: 'Each flushed segment ends with one segment-end, after all of its audio.',
    why: 'By it core knows that all was said, and what was heard; without it the agent would wait, after it the rest would be lost.',
    since: '1.0',
    async prove(trial) {
      const { events } = await spoken(trial, segmentOf('s1', 'This is said.'));
      mustEqual(endsOf(events), ['s1'], 'the segments that ended');
      const lastAudio = events.findLastIndex(({ type }) => type === 'audio');
      mustHold(lastAudio < events.findIndex(({ type }) => type === 'segment-end'), 'audio came after the end of its segment');
      mustHold(
        framesOf(events).every(({ segmentId }) => segmentId === 's1'),
        'audio came under the id of another segment',
      );
    },
  },
  {
    id: 'TTS-2.14',
    title: 'A segment in which there is nothing to say (no text, blanks, marks) ends too, without a failure.',
    why: 'Replies hold them all the time ("...", a picture); core would wait for their end.',
    since: '1.0',
    async prove(trial) {
      for (const text of ['', '  \n', ' ... !', '👋🎉']) {
        const { events } = await spoken(trial, segmentOf('s1', text));
        mustEqual(endsOf(events), ['s1'], `the segments that ended of ${shown(text)}`);
      }
      const { events } = await spoken(trial, [{ type: 'flush', segmentId: 's1' }]);
      mustEqual(endsOf(events), ['s1'], 'the segments that ended of a flush alone');
    },
  },
  {
    id: 'TTS-2.15',
    title:
      'Segments of one call come one after another, each audio under its own segment; where streaming is not declared a second one may be refused with kind "unsupported".',
    why: 'What the caller heard is kept by segment: audio under the wrong one is remembered as other words.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { instance } = await speaking(trial);
      const inputs = [...segmentOf('s1', 'First.'), ...segmentOf('s2', 'Second.'), ...segmentOf('s3', 'Third.')];
      const request = { ...trial.call().options, text: textInput(...inputs), sampleRate: rateOf(trial) };
      // As they come: what is written to later is another rule's.
      const reading = trial.read(linesOf(instance.synthesize(request)));
      const end = await trial.settled('the end of the call', reading.end);
      if (end.type === 'failed') {
        mustHold(!instance.capabilities.streaming, `a streaming TTS must take several segments, and failed with ${shown(end.error)}`);
        return void mustBeAPIError(end.error, 'a second segment', { kinds: ['unsupported'] });
      }
      const told = reading.events.filter((line, index) => line !== reading.events[index - 1]);
      mustEqual(told, ['s1 100', 'end of s1', 's2 200', 'end of s2', 's3 300', 'end of s3'], 'what came, in order');
    },
  },
  {
    id: 'TTS-2.20',
    title: 'A flushed segment is spoken while the input stays open: nothing more is waited for.',
    why: 'The agent says "One moment." and then calls a tool: it has to be heard before the tool is done.',
    since: '1.0',
    leftOut: notStreaming,
    async prove(trial) {
      const { instance } = await speaking(trial);
      const text = new Channel<TTSInput>({ capacity: 100 });
      for (const input of segmentOf('s1', 'One moment.')) void text.push(input);
      const reading = trial.read(instance.synthesize({ ...trial.call().options, text, sampleRate: rateOf(trial) }));
      await trial.settled('the end of the first segment, while the input is open', reading.first('segment-end'));
      for (const input of segmentOf('s2', 'Done.')) void text.push(input);
      await trial.holds('the end of the second segment, while the input is open', () => endsOf(reading.events).length === 2);
      text.end();
      mustEqual(endsOf(await trial.settled('the end of the call', reading.all())), ['s1', 's2'], 'the segments that ended');
    },
  },
  {
    id: 'TTS-2.22',
    title: 'A call whose input ends without any text, or in the midst of a segment, ends too.',
    why: 'Replies are cut off by the model or by the caller before their first word.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      mustEqual(endsOf((await spoken(trial, [])).events), [], 'the segments that ended of no input');
      const { instance } = await vendorAtWork(trial, async (call) => {
        if ((await hearText(call)).text !== '') await call.send({ type: 'segment-end' });
      });
      const text = textInput({ type: 'text', segmentId: 's1', text: 'Half of a' });
      const reading = trial.read(instance.synthesize({ ...trial.call().options, text, sampleRate: rateOf(trial) }));
      await trial.settled('the end of a call whose input ended in the midst of a segment', reading.end);
    },
  },
];

/** `s1 100` of audio of this value, `end of s1`. */
async function* linesOf(stream: AsyncIterable<TTSEvent>): AsyncGenerator<string, void, void> {
  for await (const event of stream) {
    if (event.type === 'segment-end') yield `end of ${event.segmentId}`;
    else if (event.type === 'audio') yield `${event.segmentId} ${soundsOf([event]).split(' ')[0] ?? ''}`;
  }
}

async function* copying(
  stream: AsyncIterable<TTSEvent>,
  kept: { readonly given: Int16Array; readonly copy: Int16Array }[],
): AsyncGenerator<TTSEvent, void, void> {
  for await (const event of stream) {
    if (event.type === 'audio') kept.push({ given: event.frame.samples, copy: event.frame.samples.slice() });
    yield event;
  }
}
