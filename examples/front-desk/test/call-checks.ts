import { type AgentEvent, type AgentEventOf, type AgentEventType, type ConversationItem, realClock, textOf } from '@parley/core';
import { createFliteTTS } from '@parley/local';
import { describe, expect, test } from 'vitest';
import type { BookingBook } from '../src/booking-book.js';
import { lastSoundMs, sentencesIn } from './recording.js';
import { hasSecondRecogniser, recognise } from './second-recogniser.js';

/** The call of the recorded caller, however it came about, once it is over. */
export interface HeldCall {
  readonly book: BookingBook;
  readonly events: readonly AgentEvent[];
  /** What the caller heard: 16 kHz mono. */
  readonly heard: Int16Array;
  /** When the first sample of it was heard, in milliseconds since the epoch. */
  readonly heardFrom: number;
}

const sampleRate = 16_000;

/**
 * Declares what must have been said, done and remembered in the recorded caller's call.
 *
 * @param options.silenceToleranceMs How far the end of the interrupted reply, as heard, may lie from where the session cut it.
 */
export function checkCall(call: () => HeldCall, options: { readonly silenceToleranceMs: number }): void {
  checkCourse(call);
  checkCut(call, options.silenceToleranceMs);
  checkVoice(call);
}

const ofType = <Type extends AgentEventType>({ events }: HeldCall, type: Type): AgentEventOf<Type>[] =>
  events.filter((event): event is AgentEventOf<Type> => event.type === type);

function checkCourse(call: () => HeldCall): void {
  describe('the whole call', () => {
    test('leaves the right booking in the book', () => {
      expect(call().book.booking).toEqual({ day: 'friday', time: 'eight', size: 4 });
    });

    test('calls the tools that were asked for, in order', () => {
      const calls = ofType(call(), 'tools-executed').flatMap((event) =>
        event.calls.map(({ name, argumentsJson }) => `${name} ${argumentsJson}`),
      );
      expect(calls).toEqual([
        'opening_hours {"day":"sunday"}',
        'book_table {"size":4,"day":"friday","time":"seven"}',
        'change_time {"time":"eight"}',
        'show_booking {}',
      ]);
    });

    test('understands the caller, and knows what it did not understand', () => {
      expect(
        ofType(call(), 'conversation-item-added')
          .flatMap(({ item }) => said(item))
          .filter((line) => line.startsWith('user')),
      ).toEqual([
        'user: hello what time do you open on sunday',
        'user: i would like to book a table for four people on friday at seven',
        "user: no make it eight o'clock please",
        'user: [not understood]',
        'user: what did i book',
        'user: thank you goodbye',
      ]);
    });

    test('has its events in order: each turn is heard, thought of, answered', () => {
      expect(call().events.flatMap(told)).toEqual(wholeCall);
      expect(call().events.at(-1)).toMatchObject({ type: 'close', reason: 'input-ended' });
      expect(ofType(call(), 'error')).toEqual([]);
      expect(ofType(call(), 'false-interruption')).toEqual([]);
    });

    test('interrupts exactly one reply', () => {
      expect(ofType(call(), 'turn-metrics').filter(({ metrics }) => metrics.interrupted)).toHaveLength(1);
    });
  });
}

function checkCut(call: () => HeldCall, silenceToleranceMs: number): void {
  describe('the interrupted reply', () => {
    test('falls silent for the caller where the ledger cut it', () => {
      const { heard, heardFrom, events } = call();
      const endMs = cutIn(events).endedAt - heardFrom;
      // Up to a second later: the next reply comes after that.
      const lastMs = lastSoundMs(heard, sampleRate, endMs + 1000);
      expect(Math.abs(lastMs - endMs)).toBeLessThanOrEqual(silenceToleranceMs);
    });

    test('is remembered up to the word that ended before the cut, give or take one', async () => {
      const { playedMs, heard, unheard } = cutIn(call().events);
      const wordEnds = await wordEndsOf(`${heard} ${unheard}`);
      const ended = wordEnds.filter((endMs) => endMs <= playedMs).length;
      expect(Math.abs(heard.split(' ').length - ended)).toBeLessThanOrEqual(1);
      expect(ended).toBeLessThan(wordEnds.length);
    });
  });
}

function checkVoice(call: () => HeldCall): void {
  test.skipIf(!hasSecondRecogniser())(
    'a second recogniser finds at least 80 % of the key words in what the agent says',
    async () => {
      const spokenText = ofType(call(), 'conversation-item-added').flatMap(({ item }) => said(item));
      const sought = keyWords.filter((word) =>
        spokenText.some((line) => line.startsWith('assistant') && line.toLowerCase().includes(word)),
      );
      const words = (await recognise(sentencesIn(call().heard, sampleRate))).join(' ').split(/\s+/);
      const missing = sought.filter((word) => !words.includes(word));
      expect(sought.length).toBeGreaterThan(keyWords.length * 0.75);
      expect(missing.length / sought.length, `missing: ${missing.join(', ')}; heard: ${words.join(' ')}`).toBeLessThanOrEqual(0.2);
    },
    120_000,
  );
}

/** What of an event is seen from outside. */
function told(event: AgentEvent): readonly string[] {
  switch (event.type) {
    case 'user-state-changed':
      return [`caller ${event.newState}`];
    case 'agent-state-changed':
      return [`agent ${event.newState}`];
    case 'user-input-transcribed':
      return event.isFinal ? ['final transcript'] : [];
    case 'conversation-item-added':
      return event.item.type === 'message' ? [event.item.role] : [];
    case 'tools-executed':
    case 'close':
      return [event.type];
    default:
      return [];
  }
}
const said = (item: ConversationItem): string[] => (item.type === 'message' ? [`${item.role}: ${textOf(item.content)}`] : []);

const heardTurn = ['caller speaking', 'caller listening', 'final transcript', 'user', 'agent thinking'];
const spoken = ['agent speaking', 'assistant', 'agent listening'];
const tools = ['tools-executed'];
/** Playout stops at once; the reply is over when words confirm that somebody spoke. */
const cutReply = [
  'agent speaking',
  'caller speaking',
  'agent listening',
  'caller listening',
  'final transcript',
  'assistant',
  'user',
  'agent thinking',
];
const greeting = ['agent listening', ...spoken];
const wholeCall: readonly string[] = [
  greeting,
  [heardTurn, tools, spoken],
  [heardTurn, tools, cutReply, tools, spoken],
  [heardTurn, spoken],
  [heardTurn, tools, spoken],
  [heardTurn, spoken],
  'close',
].flat(2);

function cutIn(events: readonly AgentEvent[]) {
  const metrics = events.find((event): event is AgentEventOf<'turn-metrics'> => event.type === 'turn-metrics' && event.metrics.interrupted);
  const added = events.find(
    (event): event is AgentEventOf<'conversation-item-added'> =>
      event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.interrupted === true,
  );
  if (metrics?.metrics.playoutStartedAt === undefined || added?.item.type !== 'message') throw new Error('no reply was interrupted');
  const { playedMs, playoutStartedAt } = metrics.metrics;
  return { playedMs, endedAt: playoutStartedAt + playedMs, heard: textOf(added.item.content), unheard: added.unheardText ?? '' };
}

/** Ends of the words in the reply's audio, by the voice's own account, sentence by sentence as the session has it spoken. */
async function wordEndsOf(text: string): Promise<number[]> {
  const tts = createFliteTTS({ voice: 'rms' });
  const ends: number[] = [];
  let fromMs = 0;
  for (const sentence of text.split(/(?<=[.!?]) /)) {
    let lengthMs = 0;
    const input = (async function* () {
      yield { type: 'text', segmentId: 's', text: sentence } as const;
      yield { type: 'flush', segmentId: 's' } as const;
    })();
    const request = {
      signal: new AbortController().signal,
      clock: realClock,
      logger: { log: () => {} },
      sessionId: 'test',
      callId: 'test',
    };
    for await (const event of tts.synthesize({ ...request, text: input, sampleRate })) {
      if (event.type === 'audio') lengthMs += event.frame.samples.length / 16;
      if (event.type === 'word') ends.push(fromMs + event.endMs);
    }
    fromMs += lengthMs;
  }
  await tts.close?.();
  return ends;
}

/** Chosen from the agent's sentences before anything was recognised. */
const keyWords =
  'good evening copper help sunday open noon ten table four friday seven keep half hour course eight sorry understand thank calling goodbye'.split(
    ' ',
  );
