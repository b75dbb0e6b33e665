import type { STTCapabilities, STTEvent, Transcript } from '@parley/core/provider';
import type { SentAudio } from '@parley/core/provider-kit';
import { failureError, protocolError } from '../reference-error.js';
import { mustBeShort } from '../must-be-short.js';
import { type Fields, readFields } from '../read-fields.js';

interface Limits {
  readonly isStrict?: boolean | undefined;
  readonly longestMessage?: number | undefined;
}

/** What the invented vendor's recogniser says, as events of the contract. */
export class ListenMessages {
  /** All is final. */
  isDone = false;
  readonly #sent: SentAudio;
  readonly #capabilities: STTCapabilities;
  readonly #limits: Limits;
  #segment = 1;

  constructor(sent: SentAudio, capabilities: STTCapabilities, limits: Limits) {
    this.#limits = limits;
    this.#sent = sent;
    this.#capabilities = capabilities;
  }

  /** @throws {APIError} The vendor tells of a failure, or says what cannot be read. */
  *take(message: string | Uint8Array): Generator<STTEvent> {
    if (typeof message !== 'string') throw protocolError('the vendor sent bytes in place of a text');
    mustBeShort(message, this.#limits.longestMessage);
    const fields = readFields(message);
    const type = fields.text('type');
    if (type === 'done') this.isDone = true;
    else if (type === 'failure') throw failureError(fields.optional('reason'));
    else if (type === 'started') yield { type: 'response-metadata', requestId: fields.text('id') };
    else yield* this.#told(type, fields);
  }

  *#told(type: string, fields: Fields): Generator<STTEvent> {
    const { interimTranscripts, endpointing, turnDetection } = this.#capabilities;
    switch (type) {
      case 'interim':
        if (interimTranscripts) yield { type: 'transcript-interim', ...this.#transcript(fields) };
        return;
      case 'final':
        yield { type: 'transcript-final', ...this.#transcript(fields) };
        this.#segment += 1;
        return;
      case 'speech-start':
        if (endpointing) yield { type, atMs: this.#sent.startAt(fields.number('atMs')) };
        return;
      case 'speech-end':
        if (endpointing) yield { type, atMs: this.#sent.endAt(fields.number('atMs')) };
        return;
      case 'turn-eager':
        if (turnDetection) yield { type, text: fields.text('text') };
        return;
      case 'turn-resumed':
        if (turnDetection) yield { type };
        return;
      case 'turn-end':
        if (turnDetection) yield { type, atMs: this.#sent.endAt(fields.number('endMs')) };
        break;
      default:
        // Of a later version.
        if (this.#limits.isStrict === true) throw protocolError(`there is no message "${type}"`);
    }
  }

  #transcript(fields: Fields): Transcript & { readonly endMs: number } {
    const { wordTimings, speakers } = this.#capabilities;
    const speaker = fields.optional('speaker');
    const words = fields.list('words').map((word) => ({
      text: word.text('text'),
      startMs: this.#sent.startAt(word.number('startMs')),
      endMs: this.#sent.endAt(word.number('endMs')),
    }));
    return {
      segmentId: String(this.#segment),
      text: fields.text('text'),
      startMs: this.#sent.startAt(fields.number('startMs')),
      endMs: this.#sent.endAt(fields.number('endMs')),
      ...(wordTimings ? { words } : {}),
      ...(speakers && speaker !== undefined ? { speaker } : {}),
    };
  }
}
