import type { Clock } from '../provider/clock.js';
import type { TurnDetection, TurnDetector } from '../provider/turn-detector.js';
import { sleep } from '../stream/sleep.js';
import { checkScripted, type ScriptProblems } from './script-problems.js';

/** One answer, to the next question. */
export interface ScriptedPrediction {
  /** 0 to 1, that the user has finished; below 0.5 the session waits longer. */
  readonly probability: number;
  /** What it must be asked about; anything, if absent. */
  readonly transcript?: string;
  /** From the question to the answer: 50 by default. */
  readonly delayMs?: number;
  /** Fails in place of answering. */
  readonly error?: Error;
}

export interface ScriptedDetectorNeeds {
  /** Default true: it wants audio, at 16 kHz. */
  readonly hearsAudio?: boolean;
  /** Default 200. */
  readonly minSilenceMs?: number;
  /** Default: any. */
  readonly languages?: readonly string[];
}

export interface ScriptedTurnDetector extends TurnDetector {
  /** Questions so far, as `2700 hello there`. */
  readonly asked: readonly string[];
  /** Audio heard since the last reset, in milliseconds. */
  readonly heardMs: number;
  /** Opened and not closed. */
  readonly openCount: number;
  /** Notes answers never asked for, and a detection never closed. */
  assertAllUsed(): void;
}

/** What the detections of one script have come to. */
interface Account {
  readonly asked: string[];
  heardMs: number;
  openCount: number;
}

/**
 * A turn detector that answers what it was told to, in order. Strict: a question too many, one asked while another is open, an answer never
 * asked for, and audio after the end are problems.
 */
export function createScriptedTurnDetector(
  predictions: readonly ScriptedPrediction[],
  problems: ScriptProblems,
  { hearsAudio = true, minSilenceMs = 200, languages = ['*'] }: ScriptedDetectorNeeds = {},
): ScriptedTurnDetector {
  checkScripted('createScriptedTurnDetector', { entries: predictions, problems, known: ['probability', 'transcript', 'delayMs', 'error'] });
  const account: Account = { asked: [], heardMs: 0, openCount: 0 };
  return {
    specificationVersion: 1,
    kind: 'turn-detector',
    provider: 'scripted',
    model: 'scripted-turn-detector',
    capabilities: { sampleRates: hearsAudio ? [16_000] : [], languages, minSilenceMs },
    open: ({ clock }) => openDetection(account, { clock, predictions, problems }),
    get asked() {
      return account.asked;
    },
    get heardMs() {
      return account.heardMs;
    },
    get openCount() {
      return account.openCount;
    },
    assertAllUsed() {
      const unused = predictions.length - account.asked.length;
      if (account.openCount > 0) problems.add('the turn detector was not closed');
      if (unused > 0) problems.add(`the turn detector was not asked for its last ${unused} answers`);
    },
  };
}

function openDetection(
  account: Account,
  {
    clock,
    predictions,
    problems,
  }: { readonly clock: Clock; readonly predictions: readonly ScriptedPrediction[]; readonly problems: ScriptProblems },
): TurnDetection {
  let isOpen = true;
  let open: AbortSignal | undefined;
  account.openCount += 1;
  return {
    push({ samples, sampleRate }) {
      if (!isOpen) problems.add('the turn detector was given audio after it was closed');
      account.heardMs += (samples.length / sampleRate) * 1000;
    },
    async predict({ transcript, signal }) {
      const what = JSON.stringify(transcript);
      const prediction = predictions[account.asked.length];
      account.asked.push(`${clock.now()} ${transcript}`);
      if (open?.aborted === false) problems.add(`the turn detector was asked about ${what} while another question was open`);
      if (prediction === undefined) problems.add(`the turn detector was asked about ${what}, for which no answer is scripted`);
      const { probability = 1, delayMs = 50, error, transcript: wanted = transcript } = prediction ?? {};
      if (wanted !== transcript) problems.add(`the turn detector was asked about ${what} and not ${JSON.stringify(wanted)}`);
      open = signal;
      await sleep(delayMs, { clock, signal });
      open = undefined;
      if (error !== undefined) throw error;
      return { probability, threshold: 0.5 };
    },
    reset() {
      account.heardMs = 0;
    },
    async [Symbol.asyncDispose]() {
      if (isOpen) account.openCount -= 1;
      isOpen = false;
    },
  };
}
