import type { AudioFrame, RealtimeEvent } from '@parley/core/provider';
import { PcmReader } from '@parley/core/provider-kit';
import { readText } from '../../wires/read-json.js';
import { protocolError, provider } from '../reference-error.js';

/** What the invented vendor says, in the contract's terms. */
export class VendorEvents {
  readonly #outputRate: number;
  /** Of each item whose audio comes: it is cut anywhere. */
  readonly #readers = new Map<string, { readonly responseId: string; readonly reader: PcmReader }>();
  /** Where the vendor's line of samples meets that of the frames: a new entry after each gap. */
  readonly #line: { readonly vendorMs: number; readonly frameMs: number }[] = [];
  #sentMs = 0;
  #endMs: number | undefined;

  constructor(outputRate: number) {
    this.#outputRate = outputRate;
  }

  /** The vendor counts samples; frames may have gaps between them. */
  sent({ samples, sampleRate, atMs }: AudioFrame): void {
    if (this.#endMs === undefined || Math.abs(atMs - this.#endMs) > 2) this.#line.push({ vendorMs: this.#sentMs, frameMs: atMs });
    const lengthMs = (samples.length * 1000) / sampleRate;
    this.#sentMs += lengthMs;
    this.#endMs = atMs + lengthMs;
    if (this.#line.length > 100) this.#line.shift();
  }

  /** @throws {APIError} kind `protocol`, or {TypeError}: a field that it needs is not there. */
  eventsOf(message: Readonly<Record<string, unknown>>): readonly RealtimeEvent[] {
    const text = (name: string) => readText(message[name], name);
    const { type } = message;
    switch (type) {
      case 'ready':
        return [{ type: 'response-metadata', requestId: text('requestId') }];
      case 'speech-start':
      case 'speech-end':
        return [{ type, atMs: this.#onLine(Number(message['atMs'])) }];
      case 'input-transcript':
        return [{ type, itemId: text('itemId'), text: text('text'), final: message['final'] === true }];
      case 'input-committed':
        return [
          { type, itemId: text('itemId'), ...(message['previousItemId'] === undefined ? {} : { previousItemId: text('previousItemId') }) },
        ];
      case 'response-start':
        return [{ type, responseId: text('responseId'), ...(message['reference'] === undefined ? {} : { replyId: text('reference') }) }];
      case 'audio':
        return this.#audio({ responseId: text('responseId'), itemId: text('itemId'), data: text('data') });
      case 'text':
        return [{ type: 'text-delta', responseId: text('responseId'), itemId: text('itemId'), text: text('text') }];
      case 'tool-call': {
        const call = { responseId: text('responseId'), callId: text('callId'), name: text('name'), argumentsJson: text('argumentsJson') };
        return [{ type, ...call }];
      }
      case 'response-end':
        return this.#responseEnd(text('responseId'), message);
      case 'refused': {
        const error = { kind: 'invalid-request', message: 'the vendor refused it', provider, retryable: false } as const;
        return [{ type: 'error', error, ...(message['reference'] === undefined ? {} : { replyId: text('reference') }) }];
      }
      case 'expiring':
        return [{ type, inMs: Number(message['inMs']) }];
      default:
        return [];
    }
  }

  #audio({
    responseId,
    itemId,
    data,
  }: {
    readonly responseId: string;
    readonly itemId: string;
    readonly data: string;
  }): readonly RealtimeEvent[] {
    const present = this.#readers.get(itemId) ?? { responseId, reader: new PcmReader({ sampleRate: this.#outputRate }) };
    this.#readers.set(itemId, present);
    return present.reader.push(Buffer.from(data, 'base64')).map((frame) => ({ type: 'audio', responseId, itemId, frame }));
  }

  #responseEnd(responseId: string, message: Readonly<Record<string, unknown>>): readonly RealtimeEvent[] {
    const status = (['completed', 'cancelled', 'failed', 'incomplete'] as const).find((name) => name === message['status']);
    if (status === undefined) throw protocolError('a response ended in a way that is not known');
    const rest = [...this.#readers].flatMap(([itemId, { responseId: of, reader }]): RealtimeEvent[] => {
      if (of !== responseId) return [];
      this.#readers.delete(itemId);
      const frame = reader.flush();
      return frame === undefined ? [] : [{ type: 'audio', responseId, itemId, frame }];
    });
    const { usage } = message;
    const error = { kind: 'status', message: 'the response failed', provider, retryable: true } as const;
    return [
      ...rest,
      ...(typeof usage === 'object' && usage !== null ? [{ type: 'usage', usage } as const] : []),
      { type: 'response-end', responseId, status, ...(status === 'failed' ? { error } : {}) },
    ];
  }

  #onLine(vendorMs: number): number {
    const start = this.#line.findLast((entry) => entry.vendorMs <= vendorMs) ?? { vendorMs: 0, frameMs: 0 };
    return start.frameMs + vendorMs - start.vendorMs;
  }
}
