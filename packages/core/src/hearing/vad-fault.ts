import type { VADEvent } from '../provider/vad.js';

/** The rule of the VAD's contract that an event breaks, and is then not to be used for; nothing, if it keeps all. */
export function vadFault(event: VADEvent, isSpeech: boolean): string | undefined {
  if (typeof event !== 'object' || event === null) return 'gave an event that is no object';
  switch (event.type) {
    case 'window':
      return Number.isFinite(event.speechMs) && Number.isFinite(event.silenceMs)
        ? undefined
        : 'gave a window whose durations are no numbers';
    case 'speech-start':
      return isSpeech ? 'began speech that had begun already' : undefined;
    case 'speech-end':
      return isSpeech ? undefined : 'ended speech that had not begun';
    default:
      return 'gave an event of a type that is not known';
  }
}
