import type { VADEvent, VADInput } from '@parley/core/provider';
import { type FramerState, takeFrame } from './audio-framer.js';
import { type SileroSampleRate, windowMs } from './model-shape.js';
import type { ProbabilityStream } from './probability-stream.js';
import { endSpeech, initialSpeech, nextSpeech, type SpeechRules } from './speech-state.js';

export interface DetectOptions {
  readonly sampleRate: SileroSampleRate;
  readonly rules: SpeechRules;
  readonly probabilities: ProbabilityStream;
}

/** A gap is heard as silence for this long at least, which is also long enough for the model to forget what was before. */
const minFillMs = 1000;

/**
 * The events of one stream of audio. Takes the next item only when all events that the one before it caused have been read, so that a
 * reader's pace is the source's.
 *
 * A reset forgets everything, also speech under way, whose end is then not reported. When the audio ends, an incomplete window is
 * dropped, and speech under way ends.
 */
export async function* detectSpeech(
  opening: Promise<AsyncIterator<VADInput>>,
  options: DetectOptions,
): AsyncGenerator<VADEvent, void, void> {
  const { sampleRate, rules, probabilities } = options;
  // Enough for any speech to end within what is filled.
  const framing = { sampleRate, maxFillMs: Math.max(minFillMs, rules.minSilenceMs + 2 * windowMs) };
  const audio = await opening;
  let framed: FramerState | undefined;
  let speech = initialSpeech;
  for (let next = await audio.next(); next.done !== true; next = await audio.next()) {
    const input = next.value;
    if (input.type === 'reset') {
      framed = undefined;
      speech = initialSpeech;
      probabilities.reset();
      continue;
    }
    const { state, windows } = takeFrame(framed, input.frame, framing);
    framed = state;
    for (const { atMs, samples } of windows) {
      const probability = await probabilities.next(samples);
      const judged = nextSpeech(speech, { atMs, durationMs: windowMs, probability }, rules);
      speech = judged.state;
      yield* judged.events;
    }
  }
  yield* endSpeech(speech);
}
