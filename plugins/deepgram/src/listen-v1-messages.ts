import type { Deepgram } from '@deepgram/sdk';
import { fieldOf } from '@parley/core/provider-kit';
import { protocolError } from './deepgram-error.js';
import { isNumber, type VendorMessage } from './read-message.js';

export type ListenV1Results = Deepgram.listen.ListenV1Results;
export type ListenV1Message =
  | ListenV1Results
  | Deepgram.listen.ListenV1SpeechStarted
  | Deepgram.listen.ListenV1UtteranceEnd
  | Deepgram.listen.ListenV1Metadata;

/**
 * Looks at the fields that are used, and at no others.
 *
 * @returns Undefined for a type that is not known.
 * @throws {APIError} A field is missing, or is not what it has to be.
 */
export function readListenV1(message: VendorMessage): ListenV1Message | undefined {
  if (isResults(message) || isSpeechStarted(message) || isUtteranceEnd(message) || isMetadata(message)) return message;
  if (['Results', 'SpeechStarted', 'UtteranceEnd'].includes(message.type))
    throw protocolError(`the vendor sent ${message.type} without what belongs to it`);
  return undefined;
}

function isResults(message: VendorMessage): message is ListenV1Results {
  if (message.type !== 'Results' || !isNumber(fieldOf(message, 'start')) || !isNumber(fieldOf(message, 'duration'))) return false;
  const alternatives = fieldOf(fieldOf(message, 'channel'), 'alternatives');
  if (!Array.isArray(alternatives)) return false;
  const first: unknown = alternatives[0];
  if (first === undefined) return true;
  const words = fieldOf(first, 'words');
  return typeof fieldOf(first, 'transcript') === 'string' && (words === undefined || (Array.isArray(words) && words.every(isWord)));
}

const isWord = (word: unknown): boolean =>
  typeof fieldOf(word, 'word') === 'string' && isNumber(fieldOf(word, 'start')) && isNumber(fieldOf(word, 'end'));

const isSpeechStarted = (message: VendorMessage): message is Deepgram.listen.ListenV1SpeechStarted =>
  message.type === 'SpeechStarted' && isNumber(fieldOf(message, 'timestamp'));

const isUtteranceEnd = (message: VendorMessage): message is Deepgram.listen.ListenV1UtteranceEnd =>
  message.type === 'UtteranceEnd' && isNumber(fieldOf(message, 'last_word_end'));

const isMetadata = (message: VendorMessage): message is Deepgram.listen.ListenV1Metadata => message.type === 'Metadata';
