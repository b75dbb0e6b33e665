import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { isWebM, opusPackets } from './webm-opus.js';

/** 1.3 s of speech as `MediaRecorder` of Chromium 156 wrote it, a piece every 100 ms. */
const recording = new Uint8Array(readFileSync(new URL('__fixtures__/browser-recording.webm', import.meta.url)));
const placeOf = ({ byteOffset, length }: Uint8Array) => `${byteOffset}+${length}`;

test('all packets are found in what a browser recorded', () => {
  const packets = opusPackets(recording);
  expect(isWebM(recording)).toBe(true);
  expect(packets.length).toBeGreaterThan(15);
  const bytes = packets.reduce((sum, { length }) => sum + length, 0);
  // The rest is what surrounds them.
  expect(bytes / recording.length).toBeGreaterThan(0.9);
});

test('of a recording that was cut short all whole packets are found, wherever it was cut', () => {
  const all = opusPackets(recording);
  for (let length = 0; length < recording.length; length += 97) {
    const found = opusPackets(recording.subarray(0, length));
    expect(found.map(placeOf)).toEqual(all.slice(0, found.length).map(placeOf));
    expect(length - (found.at(-1)?.byteOffset ?? 0)).toBeLessThan(3000);
  }
});

test('other bytes hold no packets, and end', () => {
  expect(opusPackets(new Uint8Array(100))).toEqual([]);
  expect(opusPackets(new Uint8Array(100).fill(0xff))).toEqual([]);
  expect(isWebM(new Uint8Array(3))).toBe(false);
});
