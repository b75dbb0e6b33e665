import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentEvent, type AgentEventOf, type AgentEventType, type ConversationItem, realClock, textOf } from '@parley/core';
import { createLeakCheck } from '@parley/core/testing';
import { createFliteTTS } from '@parley/local';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BookingBook } from '../src/booking-book.js';
import { FrontDesk } from '../src/front-desk.js';
import { runCall } from '../src/run-call.js';
import { lastSoundMs, readRecording, type Recording, sentencesIn } from './recording.js';
import { hasSecondRecogniser, recognise } from './second-recogniser.js';

const folder = mkdtempSync(join(tmpdir(), 'parley-front-desk-'));
const book = new BookingBook();
let events: readonly AgentEvent[] = [];
let recording: Recording;
let page = '';

beforeAll(async () => {
  using leaks = createLeakCheck();
  const inputPath = fileURLToPath(new URL('../caller.wav', import.meta.url));
  const paths = await runCall({
    agent: new FrontDesk(book),
    inputPath,
    outFolder: folder,
    isFast: true,
    screen: { isTTY: false, columns: 100, write: () => true },
    signal: new AbortController().signal,
  });
  await leaks.assertNothingOpen();
  if (paths === undefined) throw new Error('the call did not begin');
  events = readFileSync(paths.jsonl, 'utf8').trim().split('\n').map(parseEvent);
  recording = readRecording(paths.wav);
  page = readFileSync(paths.html, 'utf8');
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** Our own file, written by `JSON.stringify`. */
function parseEvent(line: string): AgentEvent {
  const event: AgentEvent = JSON.parse(line);
  return event;
}
const ofType = <Type extends AgentEventType>(type: Type): AgentEventOf<Type>[] =>
  events.filter((event): event is AgentEventOf<Type> => event.type === type);

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
/** The session starts with the recording. */
const offsetOf = (instant: number): number => instant - (events[0]?.createdAt ?? 0);

describe('the whole call', () => {
  test('leaves the right booking in the book', () => {
    expect(book.booking).toEqual({ day: 'friday', time: 'eight', size: 4 });
  });

  test('calls the tools that were asked for, in order', () => {
    const calls = ofType('tools-executed').flatMap((event) => event.calls.map(({ name, argumentsJson }) => `${name} ${argumentsJson}`));
    expect(calls).toEqual([
      'opening_hours {"day":"sunday"}',
      'book_table {"size":4,"day":"friday","time":"seven"}',
      'change_time {"time":"eight"}',
      'show_booking {}',
    ]);
  });

  test('understands the caller, and knows what it did not understand', () => {
    expect(
      ofType('conversation-item-added')
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
    const heard = ['caller speaking', 'caller listening', 'final transcript', 'user', 'agent thinking'];
    const spoken = ['agent speaking', 'assistant', 'agent listening'];
    const tools = ['tools-executed'];
    // Playout stops at once; the reply is over when words confirm that somebody spoke.
    const cut = [
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
    expect(events.flatMap(told)).toEqual(
      [
        greeting,
        [heard, tools, spoken],
        [heard, tools, cut, tools, spoken],
        [heard, spoken],
        [heard, tools, spoken],
        [heard, spoken],
        'close',
      ].flat(2),
    );
    expect(events.at(-1)).toMatchObject({ type: 'close', reason: 'input-ended' });
    expect(ofType('error')).toEqual([]);
    expect(ofType('false-interruption')).toEqual([]);
  });

  test('is shown in a page: its words, what was never heard of them, and the recording', () => {
    expect(page).toContain('hello what time do you open on sunday');
    expect(page.match(/<del/g)).toHaveLength(1);
    expect(page).toContain('<em>not understood</em>');
    expect(page).toMatch(/<audio[^>]* src="data:audio\/wav;base64,UklGR/);
  });

  test('interrupts exactly one reply', () => {
    expect(ofType('turn-metrics').filter(({ metrics }) => metrics.interrupted)).toHaveLength(1);
  });
});

describe('the interrupted reply', () => {
  const cut = () => {
    const metrics = ofType('turn-metrics').find((event) => event.metrics.interrupted)?.metrics;
    const added = ofType('conversation-item-added').find(({ item }) => item.type === 'message' && item.interrupted === true);
    if (metrics?.playoutStartedAt === undefined || added?.item.type !== 'message') throw new Error('no reply was interrupted');
    return {
      playedMs: metrics.playedMs,
      endMs: offsetOf(metrics.playoutStartedAt) + metrics.playedMs,
      heard: textOf(added.item.content),
      unheard: added.unheardText ?? '',
    };
  };

  test('falls silent in the recording within 20 ms of where the ledger cut it', () => {
    const { endMs } = cut();
    // Up to a second later: the next reply comes after that.
    const lastMs = lastSoundMs(recording.agent, recording.sampleRate, endMs + 1000);
    expect(Math.abs(lastMs - endMs)).toBeLessThanOrEqual(20);
  });

  test('is remembered up to the word that ended before the cut, give or take one', async () => {
    const { playedMs, heard, unheard } = cut();
    const wordEnds = await wordEndsOf(`${heard} ${unheard}`);
    const ended = wordEnds.filter((endMs) => endMs <= playedMs).length;
    expect(Math.abs(heard.split(' ').length - ended)).toBeLessThanOrEqual(1);
    expect(ended).toBeLessThan(wordEnds.length);
  });
});

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
    const call = { signal: new AbortController().signal, clock: realClock, logger: { log: () => {} }, sessionId: 'test', callId: 'test' };
    for await (const event of tts.synthesize({ ...call, text: input, sampleRate: 16_000 })) {
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

test.skipIf(!hasSecondRecogniser())(
  'a second recogniser finds at least 80 % of the key words in what the agent says',
  async () => {
    const heard = (await recognise(sentencesIn(recording.agent, recording.sampleRate))).join(' ').split(/\s+/);
    const missing = keyWords.filter((word) => !heard.includes(word));
    expect(missing.length / keyWords.length, `missing: ${missing.join(', ')}; heard: ${heard.join(' ')}`).toBeLessThanOrEqual(0.2);
  },
  120_000,
);
