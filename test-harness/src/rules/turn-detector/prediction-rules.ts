import { isAPIError } from '@parley/core/provider';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { proveIdentity } from '../provider-rules.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { type Answer, answerMs, heardFrames, openDetection, pushAll, question, said, unlessHears, unlessReads } from './detection-calls.js';

/** Answers of one model to the same question may differ by a rounding. */
const toleranceOf = 0.02;

/** What a detector says of itself, and answers. */
export const predictionRules: readonly Rule<'turn-detector'>[] = [
  {
    id: 'TURN-2.1',
    title:
      'Says what it is: kind `turn-detector`, version 1, its names, rates of whole hertz, languages as BCP 47 primary tags or `*`, and the silence it wants.',
    why: 'The session asks it only for these languages and after this silence: an empty list means that it is never asked.',
    since: '1.0',
    async prove(trial) {
      const detector = await trial.create();
      proveIdentity(detector, 'turn-detector');
      const { sampleRates, languages, minSilenceMs } = detector.capabilities;
      mustHold(
        sampleRates.every((rate) => Number.isInteger(rate) && rate > 0),
        `sample rates must be whole hertz, and are ${shown(sampleRates)}`,
      );
      const areTags = languages.length > 0 && languages.every((tag) => tag === '*' || /^[a-z]{2,3}$/.test(tag));
      mustHold(areTags, `languages must be primary tags such as \`en\`, or \`*\`, and are ${shown(languages)}`);
      mustHold(
        Number.isFinite(minSilenceMs) && minSilenceMs >= 0,
        `minSilenceMs must be a number from 0 on, and is ${shown(minSilenceMs)}`,
      );
    },
  },
  {
    id: 'TURN-2.2',
    title: 'A detector that declares sample rates takes audio: its detections have `push`.',
    why: 'The session pushes what it hears; without it the detector judges a silence that nobody heard.',
    since: '1.0',
    leftOut: unlessHears,
    async prove(trial) {
      const { detection } = await openDetection(trial);
      mustEqual(typeof detection.push, 'function', 'the type of `push`');
    },
  },
  {
    id: 'TURN-2.3',
    title: 'The answer is a probability and a threshold, each from 0 to 1.',
    why: 'They are compared: an answer in percent is always above, and NaN never.',
    since: '1.0',
    async prove(trial) {
      const { detector, detection, ask } = await openDetection(trial);
      const [rate] = detector.capabilities.sampleRates;
      if (rate !== undefined) pushAll(detection, heardFrames(rate));
      for (const transcript of ['I would like to book a table.', 'I would like to', 'yes'])
        mustBeAnswer(await ask({ transcript }), shown(transcript));
    },
  },
  {
    id: 'TURN-2.4',
    title:
      'Asked before anything was said, with an empty conversation or in a language that it did not declare, it answers or says that it does not.',
    why: 'The first pause of a call comes before the first word; a detector that crashes there ends the turn of every caller at once.',
    since: '1.0',
    async prove(trial) {
      const { detection } = await openDetection(trial);
      for (const more of [
        { transcript: '', chat: [] },
        { transcript: 'guten Tag', language: 'xx' },
      ]) {
        const asked = detection.predict(question(more)).then(
          (answer) => ({ answer }),
          (error: unknown) => ({ error }),
        );
        const outcome = await trial.settled('an answer', asked, answerMs);
        if ('answer' in outcome) mustBeAnswer(outcome.answer, shown(more.transcript));
        else mustBeAPIError(outcome.error, `a question about ${shown(more.transcript)}`, { retryable: false });
      }
    },
  },
  {
    id: 'TURN-2.5',
    title: 'Whatever stands in the conversation, it answers: tools, images, audio, opaque items.',
    why: 'The session gives it the whole of it: one picture in a chat must not switch the detector off for the rest of the call.',
    since: '1.0',
    async prove(trial) {
      const { ask } = await openDetection(trial);
      const base = { createdAtMs: 0 };
      const picture = { type: 'image', data: new Uint8Array([1, 2, 3]), mediaType: 'image/png' } as const;
      const chat = [
        { ...base, type: 'message', role: 'system', id: 's1', content: [{ type: 'text', text: 'Be kind.' }] },
        said('Look at this.'),
        { ...base, type: 'message', role: 'user', id: 'u2', content: [picture, { type: 'audio', frames: [], transcript: 'hm' }] },
        { ...base, type: 'opaque', id: 'o1', providerMetadata: { other: { signature: 'x' } } },
        { ...base, type: 'tool-call', id: 't1', callId: 'c1', name: 'look_up', argumentsJson: '{"day":1}' },
        {
          ...base,
          type: 'tool-output',
          id: 't2',
          callId: 'c1',
          name: 'look_up',
          content: [{ type: 'text', text: 'nothing' }],
          isError: false,
        },
        { ...base, type: 'message', role: 'assistant', id: 'a2', content: [], interrupted: true },
      ] as const;
      mustBeAnswer(await ask({ chat }), 'a conversation of all kinds of items');
    },
  },
  {
    id: 'TURN-2.6',
    title: 'A finished sentence is more likely the end of a turn than one that breaks off.',
    why: 'This is what it is there for: the other way round it interrupts the thinking and lets the finished wait.',
    since: '1.0',
    leftOut: unlessReads,
    async prove(trial) {
      const { ask } = await openDetection(trial);
      const finished = await ask({ transcript: 'I would like to book a table for two tomorrow evening.' });
      const open = await ask({ transcript: 'I would like to book a' });
      const marginOf = ({ probability, threshold }: Answer) => probability - threshold;
      mustHold(
        marginOf(finished) > marginOf(open),
        `a finished sentence came to ${shown(finished)}, one that breaks off to ${shown(open)}`,
      );
    },
  },
  {
    id: 'TURN-2.7',
    title: 'It takes audio at each declared rate, and however it is cut into frames the answer is the same.',
    why: 'The session gives the first declared rate, an application may give another; an answer that depends on the packets of a telephone is none.',
    since: '1.0',
    leftOut: unlessHears,
    async prove(trial) {
      const { detector } = await openDetection(trial);
      for (const sampleRate of detector.capabilities.sampleRates) {
        const [even, odd] = [await openDetection(trial, detector), await openDetection(trial, detector)];
        pushAll(even.detection, heardFrames(sampleRate));
        pushAll(odd.detection, heardFrames(sampleRate, { lengths: [sampleRate / 100 + 1, Math.round(sampleRate * 0.06), 479] }));
        mustBeAlike(await odd.ask(), await even.ask(), `the same audio at ${sampleRate} Hz in odd frames`);
      }
    },
  },
  {
    id: 'TURN-2.8',
    title: 'After `reset` it has heard nothing: the answer is that of a new detection.',
    why: 'The session resets when a turn is over: what the caller said before must not count for the next turn.',
    since: '1.0',
    async prove(trial) {
      const { detector, detection, ask } = await openDetection(trial);
      const fresh = await openDetection(trial, detector);
      const [rate] = detector.capabilities.sampleRates;
      if (rate !== undefined) pushAll(detection, heardFrames(rate, { untilMs: 1200 }));
      await ask({ transcript: 'I would like to book a' });
      detection.reset();
      mustBeAlike(await ask(), await fresh.ask(), 'a question after `reset`');
    },
  },
  {
    id: 'TURN-2.9',
    title: 'Audio at a rate that is not declared, in stereo or without a time is refused with a typed error, or does no harm.',
    why: 'A frame that was not converted is a mistake of the application: it must learn of it, and the call must go on.',
    since: '1.0',
    leftOut: unlessHears,
    async prove(trial) {
      const { detector } = await openDetection(trial);
      const sampleRate = detector.capabilities.sampleRates[0] ?? 16_000;
      const samples = new Int16Array(960).fill(100);
      for (const frame of [
        { samples, sampleRate: 44_100, channels: 1, atMs: 0 },
        { samples, sampleRate, channels: 2, atMs: 0 },
        { samples, sampleRate, channels: 1, atMs: Number.NaN },
        { samples: new Int16Array(0), sampleRate, channels: 1, atMs: 0 },
      ]) {
        const { detection } = await openDetection(trial, detector);
        const asked = (async () => {
          detection.push?.(frame);
          return detection.predict(question());
        })().then(
          () => undefined,
          (error: unknown) => ({ error }),
        );
        const failed = await trial.settled('an answer', asked, answerMs);
        const isFair = failed === undefined || (isAPIError(failed.error) && !failed.error.retryable);
        mustHold(
          isFair,
          `a frame of ${frame.sampleRate} Hz, ${frame.channels} channel(s), at ${frame.atMs} ms must fail typed, and failed with ${shown(failed?.error)}`,
        );
      }
    },
  },
];

export function mustBeAnswer({ probability, threshold }: Answer, what: string): void {
  const isOne = (value: number) => Number.isFinite(value) && value >= 0 && value <= 1;
  mustHold(
    isOne(probability) && isOne(threshold),
    `${what}: probability and threshold must lie from 0 to 1, and are ${shown({ probability, threshold })}`,
  );
}

export function mustBeAlike(came: Answer, wanted: Answer, what: string): void {
  const isAlike = Math.abs(came.probability - wanted.probability) <= toleranceOf && came.threshold === wanted.threshold;
  mustHold(isAlike, `${what}: expected ${shown(wanted)}, got ${shown(came)}`);
}
