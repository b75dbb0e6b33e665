import { expect, test } from 'vitest';
import type { AudioFrame } from '../provider/audio-frame.js';
import { SentAudio } from './sent-audio.js';

/** 20 ms. */
const frameAt = (atMs: number): AudioFrame => ({ samples: new Int16Array(320), sampleRate: 16_000, channels: 1, atMs });

test('times lead from the vendor’s line to the call’s, at a gap to its two sides', () => {
  const audio = new SentAudio(16_000);
  for (const atMs of [1000, 1020, 5000]) audio.frame(frameAt(atMs));
  expect([0, 30, 50].map((ms) => audio.startAt(ms))).toEqual([1000, 1030, 5010]);
  expect([audio.endAt(40), audio.startAt(40), audio.endMs, audio.sentMs]).toEqual([1040, 5000, 5020, 60]);
  expect([audio.startAt(-5), audio.endAt(-5)]).toEqual([1000, 1000]);
});

test('silence that was put in takes no time', () => {
  const audio = new SentAudio(16_000);
  audio.silence(1600);
  audio.frame(frameAt(0));
  audio.silence(16_000);
  audio.silence(16_000);
  audio.frame(frameAt(20));
  expect(audio.startAt(50)).toBe(0);
  expect(audio.startAt(110)).toBe(10);
  expect(audio.endAt(1500)).toBe(20);
  expect(audio.endMs).toBe(40);
});

test('a day of gaps is no more than the last thousand', () => {
  const audio = new SentAudio(16_000);
  for (let index = 0; index < 5000; index += 1) audio.frame(frameAt(index * 1000));
  expect(audio.startAt(99_990)).toBe(4_999_010);
});

test('rounded times are no gaps: the sum of frames counts', () => {
  const audio = new SentAudio(16_000);
  for (const atMs of [0, 20.4, 39.6, 60.9]) audio.frame(frameAt(atMs));
  expect([audio.startAt(70), audio.endMs]).toEqual([70, 80]);
});

test('before anything was sent, all is at the beginning', () => {
  const audio = new SentAudio(16_000);
  expect([audio.sentMs, audio.endMs, audio.startAt(0)]).toEqual([0, 0, 0]);
});
