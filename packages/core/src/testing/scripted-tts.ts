import { callStream } from '../provider-kit/call-stream.js';
import type { TTS, TTSEvent } from '../provider/tts.js';
import { sleep } from '../stream/sleep.js';
import { checkScripted, expectedOneOf, type ScriptProblems } from './script-problems.js';

export interface ScriptedSpeech {
  readonly text: string;
  readonly audioMs: number;
  /** From the flush to the first audio: 200 by default. */
  readonly ttfbMs?: number;
  /** From the flush to the end: 300 by default. */
  readonly durationMs?: number;
  /** Word timings, which come with the first audio. */
  readonly words?: readonly { readonly text: string; readonly startMs: number; readonly endMs: number; readonly inputEnd?: number }[];
  /** Fails at the end in place of finishing. */
  readonly error?: Error;
}

const sampleRate = 24_000;
const frameMs = 20;
const voice = new Int16Array((sampleRate * frameMs) / 1000).fill(8000);

/** A call of the scripted TTS. */
export interface ScriptedTTSCall {
  readonly atMs: number;
  /** What it was given to speak, piece by piece. */
  readonly texts: readonly string[];
}

export interface ScriptedTTS extends TTS {
  /** In the order in which they were made. */
  readonly calls: readonly ScriptedTTSCall[];
  assertAllUsed(): void;
}

const fields: Readonly<Record<keyof ScriptedSpeech, true>> = {
  text: true,
  audioMs: true,
  ttfbMs: true,
  durationMs: true,
  words: true,
  error: true,
};

/** A TTS that speaks what it was told to. Strict: text without speech, and speech never asked for, are problems. */
export function createScriptedTTS(speeches: readonly ScriptedSpeech[], problems: ScriptProblems): ScriptedTTS {
  checkScripted('createScriptedTTS', { entries: speeches, problems, known: Object.keys(fields) });
  const used = new Set<ScriptedSpeech>();
  const calls: ScriptedTTSCall[] = [];
  return {
    specificationVersion: 1,
    kind: 'tts',
    provider: 'scripted',
    model: 'scripted-tts',
    capabilities: { streaming: true, wordTimings: speeches.some((speech) => speech.words !== undefined), sampleRates: [sampleRate] },
    calls,
    synthesize: (request) =>
      callStream(request, async function* (): AsyncGenerator<TTSEvent, void, void> {
        const given = new Map<string, string>();
        const texts: string[] = [];
        calls.push({ atMs: request.clock.now(), texts });
        for await (const input of request.text) {
          const { segmentId } = input;
          if (input.type === 'text') {
            given.set(segmentId, (given.get(segmentId) ?? '') + input.text);
            continue;
          }
          const text = given.get(segmentId) ?? '';
          texts.push(text);
          const speech = speeches.find((candidate) => candidate.text === text);
          if (speech === undefined) {
            const expected = expectedOneOf(speeches.map((candidate) => candidate.text));
            problems.add(`the TTS was given ${JSON.stringify(text)}, for which no speech is scripted; ${expected}`, request.clock.now());
            yield { type: 'segment-end', segmentId };
            continue;
          }
          used.add(speech);
          const { audioMs, ttfbMs = 200, durationMs = 300, words = [], error } = speech;
          const wait = (ms: number) => sleep(ms, { clock: request.clock, signal: request.signal });
          await wait(ttfbMs);
          // The first half at once, so that nothing runs dry before the rest comes.
          const halfMs = Math.ceil(audioMs / 2 / frameMs) * frameMs;
          yield* frames(segmentId, 0, Math.min(halfMs, audioMs));
          for (const word of words) yield { type: 'word', segmentId, ...word };
          await wait(durationMs - ttfbMs);
          if (error !== undefined) throw error;
          yield* frames(segmentId, halfMs, audioMs);
          yield { type: 'segment-end', segmentId };
        }
      }),
    assertAllUsed() {
      for (const speech of speeches) if (!used.has(speech)) problems.add(`the TTS was never given ${JSON.stringify(speech.text)}`);
    },
  };
}

function* frames(segmentId: string, fromMs: number, toMs: number): Generator<TTSEvent> {
  for (let atMs = fromMs; atMs < toMs; atMs += frameMs) {
    const samples = atMs + frameMs <= toMs ? voice : voice.subarray(0, Math.round(((toMs - atMs) * sampleRate) / 1000));
    yield { type: 'audio', segmentId, frame: { samples, sampleRate, channels: 1, atMs } };
  }
}
