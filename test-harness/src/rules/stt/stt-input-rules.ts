import type { AudioFrame, STTEvent, STTInput, STTRequest, STTSettings } from '@parley/core/provider';
import { setImmediate } from 'node:timers/promises';
import type { Trial } from '../../trial/trial.js';
import type { STTHeard } from '../../wire/stt-wire.js';
import type { CallAtVendor } from '../call/manner.js';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { noWire, vendorAtWork, type VendorAtWork } from '../call/vendor-at-work.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { audioInput, framesOf } from './stt-manner.js';

/** Hears all of a call, and answers with one final. A vendor that knows no end is asked to make final what there is. */
async function hearAll(call: CallAtVendor<'stt'>): Promise<void> {
  for await (const heard of call.heard) if (heard.type === 'end' || heard.type === 'flush') break;
  await call.send({ type: 'final', text: 'all', startMs: 0, endMs: 20, words: [{ text: 'all', startMs: 0, endMs: 20 }] });
  await call.send({ type: 'done' });
}

interface Sent {
  readonly heard: readonly STTHeard[];
  readonly events: readonly STTEvent[];
  readonly atWork: VendorAtWork<'stt'>;
}

/** What the vendor hears of a call with this input, and what comes of it. */
async function sent(trial: Trial<'stt'>, audio: AsyncIterable<STTInput>, more: Partial<STTRequest> = {}): Promise<Sent> {
  const atWork = await vendorAtWork(trial, hearAll);
  const request = { ...trial.call().options, audio, sampleRate: rateOf(trial), ...more };
  const events = await trial.settled('the end of the call', trial.read(atWork.instance.transcribe(request)).all());
  return { heard: atWork.vendor.heard[0] ?? [], events, atWork };
}

const rateOf = ({ subject }: Trial<'stt'>): number => subject.declared.capabilities.sampleRates[0] ?? 16_000;

const samplesOf = (heard: readonly STTHeard[]): number[] => heard.flatMap((one) => (one.type === 'audio' ? [...one.samples] : []));

/** Frames whose samples count up: what is lost, twice or in another order is seen. */
function rampFrames(durationMs: number, sampleRate: number): readonly AudioFrame[] {
  return framesOf({ value: 0, durationMs, sampleRate }).map((frame, index) => ({
    ...frame,
    samples: frame.samples.map((_sample, at) => ((index * frame.samples.length + at) % 30_000) + 1),
  }));
}

const exampleSettings: Required<STTSettings> = { language: 'en-GB', keyterms: ['Parley', 'Zürich'], endpointingMs: 700 };
const settingNames = ['language', 'keyterms', 'endpointingMs'] as const;
const undeclaredRate = 12_345;

/** Level 2, what is asked and sent: numbers 9 to 11, 22 to 26. */
export const sttInputRules: readonly Rule<'stt'>[] = [
  {
    id: 'STT-2.9',
    title: 'A sample rate or a setting that is not declared fails with kind "unsupported", before anything is sent.',
    why: 'Audio at a rate that the vendor takes for another is noise to it, and nothing says why nobody is understood.',
    since: '1.0',
    async prove(trial) {
      const atWork = trial.subject.wire === undefined ? undefined : await vendorAtWork(trial, hearAll);
      const instance = atWork?.instance ?? (await trial.create());
      const { settings } = trial.subject.declared.capabilities;
      const undeclared = settingNames.filter((name) => !settings.includes(name)).map((name) => ({ [name]: exampleSettings[name] }));
      for (const more of [{ sampleRate: undeclaredRate }, ...undeclared]) {
        const request = { ...trial.call().options, audio: audioInput([]), sampleRate: rateOf(trial), ...more };
        const failed = Promise.resolve().then(() => trial.read(instance.transcribe(request)).all());
        mustBeAPIError(await trial.failure(`a call with ${shown(more)}`, failed), shown(more), {
          kinds: ['unsupported'],
          retryable: false,
        });
      }
      mustEqual(atWork?.vendor.record.requests.length ?? 0, 0, 'requests at the vendor');
    },
  },
  {
    id: 'STT-2.10',
    title: 'All audio arrives, each sample once, in order, from the first on.',
    why: 'The first word is said while the connection is being made; without it the caller is not understood.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const frames = rampFrames(500, rateOf(trial));
      const { heard } = await sent(trial, audioInput(frames));
      const expected = frames.flatMap(({ samples }) => [...samples]);
      const came = samplesOf(heard);
      mustEqual(came.length, expected.length, 'the number of samples at the vendor');
      mustEqual(
        came.findIndex((sample, index) => sample !== expected[index]),
        -1,
        'the first sample that is another',
      );
    },
  },
  {
    id: 'STT-2.11',
    title: 'Audio is announced at the rate at which it is given, for each declared rate.',
    why: 'At half the rate the vendor hears a slow giant, and understands nothing.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      for (const sampleRate of trial.subject.declared.capabilities.sampleRates) {
        const { heard } = await sent(trial, audioInput(framesOf({ value: 5, durationMs: 100, sampleRate })), { sampleRate });
        const [settings] = heard;
        mustEqual(settings?.type === 'settings' ? settings.sampleRate : undefined, sampleRate, 'the rate that the vendor was told');
      }
    },
  },
  {
    id: 'STT-2.22',
    title: 'Language, keyterms and endpointing arrive, as far as they are declared.',
    why: 'A caller who speaks German to a recogniser of English is not understood.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.capabilities.settings.length > 0 ? undefined : 'settings: none declared'),
    async prove(trial) {
      const { settings } = trial.subject.declared.capabilities;
      const given = Object.fromEntries(settings.map((name) => [name, exampleSettings[name]]));
      const { heard } = await sent(trial, audioInput(framesOf({ value: 5, durationMs: 100, sampleRate: rateOf(trial) })), given);
      const [first] = heard;
      for (const name of settings) mustArrive(name, first?.type === 'settings' ? first : {}, 'what the vendor was told');
    },
  },
  {
    id: 'STT-2.23',
    title: 'An update arrives within the call, on the connection that is open; one that is not declared fails with kind "unsupported".',
    why: 'To open another connection in the midst of an utterance loses words.',
    since: '1.0',
    leftOut: (subject) => noWire(subject) ?? (subject.declared.capabilities.streaming ? undefined : 'streaming: not declared'),
    async prove(trial) {
      const { updatable } = trial.subject.declared.capabilities;
      for (const name of settingNames) {
        const update = { type: 'update', [name]: exampleSettings[name] } as const;
        const atWork = await vendorAtWork(trial, hearAll);
        const audio = withInput(framesOf({ value: 5, durationMs: 100, sampleRate: rateOf(trial) }), update);
        const reading = trial.read(atWork.instance.transcribe({ ...trial.call().options, audio, sampleRate: rateOf(trial) }));
        if (!updatable.includes(name)) {
          const error = await trial.failure(`an update of "${name}", which is not declared`, reading.all());
          mustBeAPIError(error, `an update of "${name}", which is not declared`, { kinds: ['unsupported'], retryable: false });
          continue;
        }
        await trial.settled('the end of the call', reading.all());
        const told = atWork.vendor.heard[0]?.find(({ type }) => type === 'update');
        mustArrive(name, told?.type === 'update' ? told : {}, 'the update that the vendor was told');
        mustEqual(atWork.vendor.record.requests.length, 1, 'connections made');
      }
    },
  },
  {
    id: 'STT-2.24',
    title: 'A frame without samples does no harm, and is not sent on as an empty message.',
    why: 'Vendors take an empty message for the end: the call would go deaf.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const frames = framesOf({ value: 7, durationMs: 100, sampleRate: rateOf(trial) });
      const empty = { samples: new Int16Array(0), sampleRate: rateOf(trial), channels: 1, atMs: 40 };
      const { heard, events, atWork } = await sent(trial, audioInput([...frames.slice(0, 2), empty, ...frames.slice(2)]));
      mustEqual(
        samplesOf(heard).length,
        frames.reduce((count, { samples }) => count + samples.length, 0),
        'samples at the vendor',
      );
      mustHold(
        heard.every((one) => one.type !== 'audio' || one.samples.length > 0),
        'an empty message of audio was sent',
      );
      mustEqual(atWork.vendor.record.failures.length, 0, 'what the vendor did not understand');
      mustEqual(events.filter(({ type }) => type === 'transcript-final').length > 0, true, 'whether there was a final');
    },
  },
  {
    id: 'STT-2.25',
    title: 'A call whose input ends before any audio ends too, without a failure.',
    why: 'Callers hang up before they say anything; that is no reason to try again.',
    since: '1.0',
    leftOut: noWire,
    async prove(trial) {
      const { instance } = await vendorAtWork(trial, async (call) => {
        for await (const heard of call.heard) if (heard.type === 'end' || heard.type === 'flush') break;
        await call.send({ type: 'done' });
      });
      const request = { ...trial.call().options, audio: audioInput([]), sampleRate: rateOf(trial) };
      await trial.settled('the end of a call without audio', trial.read(instance.transcribe(request)).all());
    },
  },
  {
    id: 'STT-2.26',
    title: 'An hour of silence reaches the vendor whole, or is refused with an APIError.',
    why: 'Callers are on hold for an hour, and the session must still be there.',
    since: '1.0',
    leftOut: noWire,
    deadlineMs: 60_000,
    async prove(trial) {
      const sampleRate = Math.min(...trial.subject.declared.capabilities.sampleRates);
      const seconds = trial.times(3600);
      const { instance, vendor } = await vendorAtWork(trial, hearAll);
      const request = { ...trial.call().options, audio: silence(seconds, sampleRate), sampleRate };
      const reading = trial.read(instance.transcribe(request));
      const end = await trial.settled('the end of an hour of silence', reading.end, 55_000);
      if (end.type === 'failed') return void mustBeAPIError(end.error, 'an hour of silence');
      const heard = (vendor.heard[0] ?? []).reduce((count, one) => (one.type === 'audio' ? count + one.samples.length : count), 0);
      mustEqual(heard / sampleRate, seconds, 'seconds of audio at the vendor');
    },
  },
];

/** At the pace at which loopback takes it. */
async function* silence(seconds: number, sampleRate: number): AsyncGenerator<STTInput> {
  const samples = new Int16Array((sampleRate * 60) / 1000);
  for (let count = 0; count < (seconds * 1000) / 60; count += 1) {
    yield { type: 'audio', frame: { samples, sampleRate, channels: 1, atMs: count * 60 } };
    if (count % 17 === 0) await setImmediate();
  }
  const rest = new Int16Array(Math.round(seconds * sampleRate - Math.ceil((seconds * 1000) / 60) * samples.length));
  if (rest.length > 0) yield { type: 'audio', frame: { samples: rest, sampleRate, channels: 1, atMs: 0 } };
}

async function* withInput(frames: readonly AudioFrame[], input: STTInput): AsyncGenerator<STTInput> {
  yield* audioInput(frames.slice(0, 2));
  yield input;
  yield* audioInput(frames.slice(2));
}

function mustArrive(name: (typeof settingNames)[number], told: Partial<STTSettings>, what: string): void {
  const [came, given] = [told[name], exampleSettings[name]];
  // Vendors have their own names for languages: `en` of `en-GB`.
  if (name === 'language')
    mustHold(typeof came === 'string' && came.toLowerCase().startsWith('en'), `${what}: language must be en-GB, and is ${shown(came)}`);
  else mustEqual(came, given, `${what}: ${name}`);
}
