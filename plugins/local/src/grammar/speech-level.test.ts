import { expect, test } from 'vitest';
import { SpeechLevel } from './speech-level.js';

/** Noise of a level in dBFS: a generator of Lehmer's, so that each run is the same. */
function noise(level: number, durationMs: number): Int16Array {
  let seed = 1;
  const amplitude = 32_768 * 10 ** (level / 20) * Math.sqrt(3);
  return Int16Array.from({ length: durationMs * 16 }, () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return (seed / 1_073_741_823.5 - 1) * amplitude;
  });
}

test.each<[string, readonly Int16Array[], boolean]>([
  ['nothing', [], false],
  ['digital silence', [new Int16Array(16_000)], false],
  ['steady noise', [noise(-30, 1000)], false],
  ['a voice in silence', [noise(-90, 300), noise(-25, 400), noise(-90, 300)], true],
  ['a voice 12 dB above noise', [noise(-40, 300), noise(-28, 400), noise(-40, 300)], true],
  ['a quiet voice', [noise(-80, 300), noise(-45, 200), noise(-80, 300)], true],
  ['a click', [noise(-80, 500), noise(-10, 40), noise(-80, 500)], false],
  ['a murmur below any voice', [noise(-90, 300), noise(-60, 400), noise(-90, 300)], false],
])('%s: %s', (_, parts, expected) => {
  const level = new SpeechLevel();
  for (const part of parts) level.add(part);
  expect(level.hasVoice).toBe(expected);
});

test('how the audio is cut does not matter', () => {
  const audio = [noise(-80, 300), noise(-30, 110), noise(-80, 300)].flatMap((part) => [...part]);
  const [whole, cut] = [new SpeechLevel(), new SpeechLevel()];
  whole.add(Int16Array.from(audio));
  for (let at = 0; at < audio.length; at += 137) cut.add(Int16Array.from(audio.slice(at, at + 137)));
  expect([whole.hasVoice, cut.hasVoice]).toEqual([true, true]);
});
