import type { ElevenLabs } from '@elevenlabs/elevenlabs-js';
import { fieldOf } from '@parley/core/provider-kit';

/** Of the multi-context socket, as the vendor's SDK has it; and its errors, which the SDK does not know. */
export interface SpeechMessage extends Pick<ElevenLabs.WebsocketTtsServerMessageMulti, 'audio' | 'isFinal' | 'contextId'> {
  readonly characters?: Characters;
  /** The vendor's code. */
  readonly error?: string;
}

/** In milliseconds; all three are of one length. */
export interface Characters {
  readonly texts: readonly string[];
  readonly startsMs: readonly number[];
  readonly durationsMs: readonly number[];
}

/** No message of the vendor's is as large: it is not even looked at. */
const largestLength = 16 * 1024 * 1024;

/** Nothing for what is no message: broken JSON, or far too large. Names in either spelling of the vendor's are read. */
export function readSpeechMessage(text: string): SpeechMessage | undefined {
  if (text.length > largestLength) return undefined;
  const message = parsed(text);
  const contextId = fieldOf(message, 'contextId') ?? fieldOf(message, 'context_id');
  const audio = fieldOf(message, 'audio');
  const error = fieldOf(message, 'error');
  // What is spoken goes on from message to message; what was written begins anew now and then.
  const alignment = fieldOf(message, 'normalizedAlignment') ?? fieldOf(message, 'normalized_alignment') ?? fieldOf(message, 'alignment');
  const characters = readCharacters(alignment);
  return {
    isFinal: (fieldOf(message, 'isFinal') ?? fieldOf(message, 'is_final')) === true,
    ...(typeof contextId === 'string' ? { contextId } : {}),
    ...(typeof audio === 'string' && audio !== '' ? { audio } : {}),
    ...(characters === undefined ? {} : { characters }),
    ...(typeof error === 'string' ? { error } : {}),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readCharacters(alignment: unknown): Characters | undefined {
  const texts = listOf(fieldOf(alignment, 'chars'), isText);
  const startsMs = listOf(fieldOf(alignment, 'charStartTimesMs') ?? fieldOf(alignment, 'char_start_times_ms'), isNumber);
  const durationsMs = listOf(fieldOf(alignment, 'charDurationsMs') ?? fieldOf(alignment, 'char_durations_ms'), isNumber);
  if (texts === undefined || startsMs?.length !== texts.length || durationsMs?.length !== texts.length) return undefined;
  return { texts, startsMs: startsMs.map(notNegative), durationsMs: durationsMs.map(notNegative) };
}

/** Nothing is spoken before the first sample. */
const notNegative = (ms: number): number => Math.max(0, ms);
const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function listOf<T>(value: unknown, isOne: (one: unknown) => one is T): readonly T[] | undefined {
  return Array.isArray(value) && value.every(isOne) ? value : undefined;
}
