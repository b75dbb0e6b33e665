import { expect, test } from 'vitest';
import { UnansweredSpeech } from './unanswered-speech.js';

function after(...voices: readonly (readonly [number, number])[]): UnansweredSpeech {
  const speech = new UnansweredSpeech();
  for (const [startMs, endMs] of voices) {
    speech.begin(startMs);
    speech.end(endMs);
  }
  return speech;
}

test.each([
  [499, 'noise'],
  [500, 'owed'],
])('a voice of %i ms that is not answered is %s', (lengthMs, meaning) => {
  expect(after([100, 100 + lengthMs]).unanswered(10_100)).toBe(meaning);
});

test('noises do not add up to speech', () => {
  expect(after([0, 300], [1000, 1300], [2000, 2300]).unanswered(10_000)).toBe('noise');
});

test('a voice that goes on counts as far as it has come', () => {
  const speech = new UnansweredSpeech();
  speech.begin(0);
  expect(speech.unanswered(10_000)).toBe('owed');
});

test('what two connections did not answer is lost, and forgotten; the next speech is lost with the first that is silent', () => {
  const speech = after([0, 1000]);
  expect(speech.unanswered(10_000)).toBe('owed');
  expect(speech.unanswered(20_000)).toBe('lost');
  expect(speech.unanswered(30_000)).toBe('noise');
  speech.begin(40_000);
  speech.end(41_000);
  expect(speech.unanswered(50_000)).toBe('lost');
});

test('an answer makes all of it good', () => {
  const speech = after([0, 1000]);
  expect(speech.unanswered(10_000)).toBe('owed');
  speech.answered(10_100);
  expect(speech.unanswered(20_000)).toBe('noise');
  speech.begin(30_000);
  speech.end(31_000);
  expect(speech.unanswered(40_000)).toBe('owed');
});
