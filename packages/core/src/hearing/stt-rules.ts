import type { STTEvent } from '../provider/stt.js';
import { receiptFault } from '../stream/receipt-fault.js';
import { withinAudio } from './stream-line.js';

/** Segments remembered as final: more than can be open or repeated at one time. */
const mostFinals = 1000;

/** Watches one call of an STT: which rule of the contract an event breaks. */
export class STTRules {
  readonly #finals = new Set<string>();
  #isSpeech = false;

  /** The rule broken by this event, which is then not to be used; nothing, if it keeps all. */
  broken(event: STTEvent): string | undefined {
    if (typeof event !== 'object' || event === null) return 'gave an event that is no object';
    switch (event.type) {
      case 'transcript-interim':
      case 'transcript-final':
        return this.#brokenByTranscript(event);
      case 'speech-start':
      case 'speech-end': {
        const isStart = event.type === 'speech-start';
        const isRepeated = this.#isSpeech === isStart;
        this.#isSpeech = isStart;
        if (!isRepeated) return undefined;
        return isStart ? 'began speech that had begun already' : 'ended speech that had not begun';
      }
      case 'turn-eager':
        return typeof event.text === 'string' ? undefined : 'gave a transcript without text';
      case 'turn-resumed':
      case 'turn-end':
        return undefined;
      case 'usage':
      case 'response-metadata':
        return receiptFault(event);
      default:
        return 'gave an event of a type that is not known';
    }
  }

  /** A rule broken by an event that can be used all the same: a time that cannot be is taken for the end of the audio. */
  bent(event: STTEvent): string | undefined {
    const atMs = timeOf(event);
    return atMs === undefined || atMs >= 0 ? undefined : 'gave a time that is none';
  }

  #brokenByTranscript({
    type,
    segmentId,
    text,
  }: Extract<STTEvent, { readonly type: 'transcript-interim' | 'transcript-final' }>): string | undefined {
    if (typeof text !== 'string') return 'gave a transcript without text';
    if (typeof segmentId !== 'string') return 'gave a transcript without a segment id';
    if (this.#finals.has(segmentId))
      return type === 'transcript-final' ? 'gave a final transcript twice' : 'gave an interim transcript of a segment that was final';
    if (type === 'transcript-final') this.#remember(segmentId);
    return undefined;
  }

  #remember(segmentId: string): void {
    this.#finals.add(segmentId);
    if (this.#finals.size <= mostFinals) return;
    const [oldest] = this.#finals;
    if (oldest !== undefined) this.#finals.delete(oldest);
  }
}

/** When it was, on the line of the audio; undefined for what has no time. */
function timeOf(event: STTEvent): number | undefined {
  if (event.type === 'transcript-final') return event.endMs;
  return event.type === 'speech-start' || event.type === 'speech-end' || event.type === 'turn-end' ? event.atMs : undefined;
}

/** @param endMs Where the audio sent so far ends; `-Infinity` if none was. */
export function withTimeWithin(event: STTEvent, endMs: number): STTEvent {
  if (event.type === 'transcript-final') {
    const withinMs = withinAudio(event.endMs, endMs);
    return withinMs === event.endMs ? event : { ...event, endMs: withinMs };
  }
  if (event.type !== 'speech-start' && event.type !== 'speech-end' && event.type !== 'turn-end') return event;
  const atMs = withinAudio(event.atMs, endMs);
  return atMs === event.atMs ? event : { ...event, atMs };
}
