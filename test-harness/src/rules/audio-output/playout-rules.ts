import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { framesFor, instantOut, ofSegment, openOutput, playOut, unheardOut, writeAll } from './audio-output-calls.js';

/** Contract: progress comes at least so often while it plays; a step of the clock is added. */
const progressMs = 120;

/** What is acknowledged of what is played. */
export const playoutRules: readonly Rule<'audio-output'>[] = [
  {
    id: 'AUDIO-OUT-2.1',
    title: 'Says its format: whole hertz, a number of channels, and a latency from 0 on, the same whenever they are read.',
    why: 'The TTS is asked for this rate; what is played at another is too high or too low.',
    since: '1.0',
    async prove(trial) {
      const { port } = await trial.create();
      const format = () => ({ sampleRate: port.sampleRate, channels: port.channels, latencyMs: port.latencyMs });
      const { sampleRate, channels, latencyMs } = format();
      mustHold(
        Number.isInteger(sampleRate) && sampleRate >= 1000,
        `sampleRate must be whole hertz from 1,000 on, and is ${shown(sampleRate)}`,
      );
      mustHold(Number.isInteger(channels) && channels >= 1, `channels must be a whole number from 1 on, and is ${shown(channels)}`);
      mustHold(Number.isFinite(latencyMs) && latencyMs >= 0, `latencyMs must be a number from 0 on, and is ${shown(latencyMs)}`);
      mustEqual(format(), { sampleRate, channels, latencyMs }, 'the format when it is read again');
    },
  },
  {
    id: 'AUDIO-OUT-2.2',
    title: 'A segment is told of in order: `started` once, then any `progress`, then `finished`, and nothing after it.',
    why: 'The agent is "speaking" from the first to the last: out of order its state flickers, and a transcript is shown before its voice.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      await playOut(trial, output, { id: 'a', lengthMs: 300 });
      const types = ofSegment(output, 'a').map(({ event }) => event.type);
      const kept = types.filter((type, index) => type !== 'progress' || index === 0 || index === types.length - 1);
      mustEqual(kept, ['started', 'finished'], 'the events of a segment, `progress` in between left aside');
    },
  },
  {
    id: 'AUDIO-OUT-2.3',
    title: '`finished` comes exactly once for a segment that was played, with all that was written, `complete`.',
    why: 'History holds what was heard: what is not acknowledged the model believes unsaid, and says again.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      await playOut(trial, output, { id: 'a', lengthMs: 300 });
      await playOut(trial, output, { id: 'b', lengthMs: 200 });
      mustEqual(
        output.finished('a'),
        [{ type: 'finished', segmentId: 'a', playedMs: 300, complete: true }],
        '`finished` of the first segment',
      );
      mustEqual(
        output.finished('b'),
        [{ type: 'finished', segmentId: 'b', playedMs: 200, complete: true }],
        '`finished` of the second segment',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.4',
    title: 'A segment that is ended and was never written to finishes, too, with 0 ms.',
    why: 'A reply of nothing but marks has no audio: who waits for its end else waits for ever.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      output.port.end('empty');
      await trial.pass(500);
      mustEqual(
        output.finished('empty'),
        [{ type: 'finished', segmentId: 'empty', playedMs: 0, complete: true }],
        '`finished` of a segment without audio',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.5',
    title: 'While it plays, `progress` comes at least every 100 ms.',
    why: 'Captions follow it, and an interruption is cut by it where the output does not answer in time.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const output = await openOutput(trial);
      await playOut(trial, output, { id: 'a', lengthMs: 1000 });
      const times = ofSegment(output, 'a').map(({ atMs }) => atMs);
      mustHold(times.length > 0, 'nothing was told of a segment of a second');
      for (const [index, atMs] of times.entries()) {
        const sinceMs = atMs - (times[index - 1] ?? atMs);
        mustHold(sinceMs <= progressMs, `between two events of a segment that plays ${sinceMs} ms passed: at most 100 may`);
      }
    },
  },
  {
    id: 'AUDIO-OUT-2.6',
    title: 'What `progress` says was played never goes back, and is no more than was written and than time has passed.',
    why: 'Words that were not heard yet enter the history as said.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      await playOut(trial, output, { id: 'a', lengthMs: 400 });
      const startedMs = ofSegment(output, 'a')[0]?.atMs ?? 0;
      let before = 0;
      for (const { event, atMs } of ofSegment(output, 'a')) {
        if (event.type !== 'progress') continue;
        const mostMs = output.ends.pace === 'instant' ? 400 : Math.min(400, atMs - startedMs + 20);
        mustHold(
          event.playedMs >= before && event.playedMs <= mostMs,
          `progress must lie from ${before} to ${mostMs} ms, and is ${event.playedMs}`,
        );
        before = event.playedMs;
      }
    },
  },
  {
    id: 'AUDIO-OUT-2.7',
    title: 'What is written to a segment that was ended is not played, and ending it again does nothing.',
    why: 'A writer that was told of the end too late must not make the same segment finish twice: the next reply waits on that count.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      await playOut(trial, output, { id: 'a', lengthMs: 100 });
      await writeAll(trial, output.port, { id: 'a', frames: framesFor(output.port, 100) });
      output.port.end('a');
      await trial.pass(500);
      mustEqual(output.finished('a').length, 1, '`finished` of a segment that was written to and ended again');
    },
  },
  {
    id: 'AUDIO-OUT-2.8',
    title: 'Segments play one after the other, as they were begun: the second starts when the first has finished.',
    why: 'Two replies that sound at once are understood by nobody.',
    since: '1.0',
    async prove(trial) {
      const output = await openOutput(trial);
      const { port } = output;
      for (const id of ['a', 'b', 'c']) {
        await writeAll(trial, port, { id, frames: framesFor(port, 40) });
        port.end(id);
      }
      await trial.pass(1000);
      const told = output.events.flatMap(({ event }) => (event.type === 'progress' ? [] : [`${event.type} ${event.segmentId}`]));
      mustEqual(
        told,
        ['a', 'b', 'c'].flatMap((id) => [`started ${id}`, `finished ${id}`]),
        'starts and ends of three segments written at once',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.9',
    title: 'When audio runs out in mid-segment the segment goes on as soon as there is more, and only the audio is counted.',
    why: 'A TTS that falls behind for a moment must not end the reply, nor must the pause count as words.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const output = await openOutput(trial);
      const { port } = output;
      await writeAll(trial, port, { id: 'a', frames: framesFor(port, 100) });
      await trial.pass(700);
      mustEqual(output.finished('a'), [], '`finished` of a segment that was not ended');
      await writeAll(trial, port, { id: 'a', frames: framesFor(port, 100, 100) });
      port.end('a');
      await trial.pass(700);
      mustEqual(
        output.finished('a'),
        [{ type: 'finished', segmentId: 'a', playedMs: 200, complete: true }],
        '`finished` of a segment with a pause',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.10',
    title: 'The listener hears what was written: whole, once, in order.',
    why: 'Lost or swapped samples crackle.',
    since: '1.0',
    leftOut: unheardOut,
    async prove(trial) {
      const output = await openOutput(trial);
      const { ends, port } = output;
      await playOut(trial, output, { id: 'a', lengthMs: 300 });
      await playOut(trial, output, { id: 'b', lengthMs: 200, fromMs: 300 });
      const written = framesFor(port, 500).flatMap(({ samples }) => [...samples]);
      const heard = ends.heard?.() ?? new Int16Array(0);
      mustEqual(heard.length, written.length, 'how many samples were heard');
      mustEqual(
        written.findIndex((sample, index) => sample !== heard[index]),
        -1,
        'the first sample that is another',
      );
    },
  },
  {
    id: 'AUDIO-OUT-2.11',
    title: '`write` returns `undefined` while there is room.',
    why: 'Whoever writes waits for each promise that it is given: at fifty frames a second and five hundred calls that is felt.',
    since: '1.0',
    async prove(trial) {
      const { port } = await openOutput(trial);
      const [frame] = framesFor(port, 20);
      mustHold(frame !== undefined, 'there is a frame');
      mustEqual(port.write('a', frame), undefined, 'what `write` returns for the first frame');
    },
  },
  {
    id: 'AUDIO-OUT-2.12',
    title: 'A writer that does not wait is asked to within 30 s of audio, and let go on as it is played.',
    why: 'This is the back-pressure: without it a long reply is synthesised, paid for and kept in memory to its end, and thrown away when it is interrupted.',
    since: '1.0',
    leftOut: instantOut,
    async prove(trial) {
      const { port } = await openOutput(trial);
      let writtenMs = 0;
      let room: Promise<void> | undefined;
      for (const frame of framesFor(port, 30_000)) {
        room = port.write('a', frame);
        writtenMs += 20;
        if (room !== undefined) break;
      }
      mustHold(room !== undefined, 'thirty seconds of audio were taken without a pause');
      await trial.settlesWithin('room for more audio', room, writtenMs);
    },
  },
];
