import type { Deepgram } from '@deepgram/sdk';
import { fieldOf } from '@parley/core/provider-kit';
import { protocolError } from './deepgram-error.js';
import { isNumber, type VendorMessage } from './read-message.js';

export type TurnInfo = Deepgram.listen.ListenV2TurnInfo;
export type Configure = Deepgram.listen.ListenV2Configure;

/**
 * Looks at the fields that are used, and at no others.
 *
 * @returns Undefined for a message of another type.
 * @throws {APIError} A field is missing, or is not what it has to be.
 */
export function readTurnInfo(message: VendorMessage): TurnInfo | undefined {
  if (isTurnInfo(message)) return message;
  if (message.type === 'TurnInfo') throw protocolError('the vendor sent TurnInfo without what belongs to it');
  return undefined;
}

function isTurnInfo(message: VendorMessage): message is TurnInfo {
  const words = fieldOf(message, 'words');
  return (
    message.type === 'TurnInfo' &&
    typeof fieldOf(message, 'event') === 'string' &&
    typeof fieldOf(message, 'transcript') === 'string' &&
    isNumber(fieldOf(message, 'audio_window_start')) &&
    isNumber(fieldOf(message, 'audio_window_end')) &&
    Array.isArray(words) &&
    words.every((word) => typeof fieldOf(word, 'word') === 'string')
  );
}
