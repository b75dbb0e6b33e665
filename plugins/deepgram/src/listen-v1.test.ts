import type { STTEvent } from '@parley/core/provider';
import { SentAudio } from '@parley/core/provider-kit';
import { describe, expect, test } from 'vitest';
import { frameAt, inputs, sttRequest } from './__fixtures__/call-options.js';
import { DeepgramAccount } from './deepgram-account.js';
import { ListenV1 } from './listen-v1.js';

const listening = (model = 'nova-3', options = {}) =>
  new ListenV1({ account: new DeepgramAccount({}), model, options, request: sttRequest(inputs()) });
const queryOf = (model: string, options = {}) => new URL(listening(model, options).url).searchParams;

/** What these messages say, after a second of audio. */
function told(...messages: readonly { readonly type: string }[]): STTEvent[] {
  const dialect = listening('nova-3', { speakers: true });
  const audio = new SentAudio(16_000);
  for (let atMs = 0; atMs < 1000; atMs += 20) audio.frame(frameAt(atMs));
  const events = messages.flatMap((message) => [...dialect.read(message, audio)]);
  return [...events, ...dialect.finish(audio)];
}
const short = (events: readonly STTEvent[]) =>
  events.map((event) => {
    if ('text' in event) return `${event.type} ${'segmentId' in event ? event.segmentId : ''} ${event.text}`;
    return 'atMs' in event ? `${event.type} ${event.atMs}` : event.type;
  });

const results = (transcript: string, start: number, marks: object = { is_final: true }) => ({
  type: 'Results',
  start,
  duration: 0.2,
  ...marks,
  channel: {
    alternatives: [{ transcript, words: transcript === '' ? [] : [{ word: transcript, start: start + 0.05, end: start + 0.15 }] }],
  },
});

test('speech that the vendor did not tell of begins with the first word, and ends with the last', () => {
  expect(short(told(results('one', 0, {}), results('one', 0), results('two', 0.2, { is_final: true, speech_final: true })))).toEqual([
    'speech-start 50',
    'transcript-interim 1 one',
    'transcript-final 1 one',
    'transcript-final 2 two',
    'speech-end 350',
  ]);
});

test('speech begins and ends once, however often it is told', () => {
  const started = { type: 'SpeechStarted', timestamp: 0.01 };
  const ended = { type: 'UtteranceEnd', last_word_end: 0.15 };
  expect(short(told(started, started, results('one', 0, { is_final: true, speech_final: true }), ended, ended))).toEqual([
    'speech-start 10',
    'transcript-final 1 one',
    'speech-end 150',
  ]);
});

test('the end of an utterance that comes late does not end the next', () => {
  const late = { type: 'UtteranceEnd', last_word_end: 0.15 };
  const started = { type: 'SpeechStarted', timestamp: 0.5 };
  expect(short(told(started, late))).toEqual(['speech-start 500', 'speech-end 1000']);
});

test('an empty final is left out, unless an interim or a flush waits for one', () => {
  expect(told(results('', 0))).toEqual([]);
  expect(short(told(results('', 0, { is_final: true, from_finalize: true })))).toEqual(['transcript-final 1 ']);
  expect(short(told(results('one', 0, {}), results('', 0)))).toEqual([
    'speech-start 50',
    'transcript-interim 1 one',
    'transcript-final 1 ',
    'speech-end 150',
  ]);
});

test('an interim that is open at the end becomes final', () => {
  expect(short(told(results('one', 0, {})))).toContain('transcript-final 1 one');
});

test('two speakers in one text are told at the words', () => {
  const words = [0, 1].map((speaker) => ({ word: 'a', punctuated_word: 'A', start: speaker / 10, end: speaker / 10 + 0.1, speaker }));
  const both = { ...results('a a', 0), channel: { alternatives: [{ transcript: 'A A', confidence: 0.5, words, languages: ['en'] }] } };
  expect(told(both)).toContainEqual({
    type: 'transcript-final',
    segmentId: '1',
    text: 'A A',
    startMs: 0,
    endMs: 200,
    language: 'en',
    confidence: 0.5,
    words: [
      { text: 'A', startMs: 0, endMs: 100, speaker: '0' },
      { text: 'A', startMs: 100, endMs: 200, speaker: '1' },
    ],
  });
});

test('a message of a known type without its fields is a fault, one of another type is nothing', () => {
  expect(() => told({ type: 'Results' })).toThrow('Results without what belongs to it');
  expect(told({ type: 'News' }, { type: 'Metadata' })).toEqual([]);
});

test('what is asked for goes by the model', () => {
  expect(queryOf('nova-3').get('language')).toBe('multi');
  expect(queryOf('nova-3').get('endpointing')).toBe('100');
  expect(queryOf('nova-3', { language: 'en' }).get('endpointing')).toBe('25');
  expect(queryOf('nova-3-medical').get('language')).toBe(null);
  expect(queryOf('nova-2', { keyterms: ['Parley', ' '] }).getAll('keywords')).toEqual(['Parley']);
  expect(queryOf('nova-3', { smartFormat: true }).get('no_delay')).toBe('true');
});

describe('values that no vendor means', () => {
  const odd = (alternative: object, start = 0) => {
    const message = { ...results('hi', start), channel: { alternatives: [{ transcript: 'hi', ...alternative }] } };
    return told(message);
  };
  const finalIn = (events: readonly STTEvent[]) => events.find(({ type }) => type === 'transcript-final');

  test.each([7, -0.5, null, 'high'])('a confidence of %j is none', (confidence) => {
    const word = { word: 'hi', start: 0, end: 0.1 };
    expect(finalIn(odd({ confidence, words: [{ ...word, confidence }] }))).toEqual({
      type: 'transcript-final',
      segmentId: '1',
      text: 'hi',
      startMs: 0,
      endMs: 200,
      words: [{ text: 'hi', startMs: 0, endMs: 100 }],
    });
  });

  test('a time before the audio is its beginning, and no word ends before it begins', () => {
    expect(finalIn(odd({ words: [{ word: 'hi', start: -1, end: -0.5 }] }, -5))).toMatchObject({
      startMs: 0,
      endMs: 0,
      words: [{ startMs: 0, endMs: 0 }],
    });
    expect(finalIn(odd({ words: [{ word: 'hi', start: 0.1, end: 0.05 }] }))).toMatchObject({ words: [{ startMs: 100, endMs: 100 }] });
  });

  test('a word without its punctuated form is written as it was heard', () => {
    expect(finalIn(odd({ words: [{ word: 'hi', punctuated_word: null, start: 0, end: 0.1 }] }))).toMatchObject({ words: [{ text: 'hi' }] });
  });
});
