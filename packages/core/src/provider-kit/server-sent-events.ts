/** One event of a stream, as it was sent: of several `data` lines the text, joined by line ends. */
export interface ServerSentEvent {
  /** `message` where the vendor names none. */
  readonly event: string;
  readonly data: string;
}

export interface ServerSentEventsOptions {
  /** Beyond this an event is refused: a vendor gone mad must not fill the memory. Default 16 MiB. */
  readonly largestEventBytes?: number;
}

const defaultLargestBytes = 16 * 1024 * 1024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/**
 * Server-sent events of a body, each the moment its last byte is there. An event that is not complete when the body ends is none. Bytes may
 * be cut anywhere; what is read twice is nothing, however large an event is.
 *
 * @throws {RangeError} An event is larger than `largestEventBytes`.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* readServerSentEvents(
  body: AsyncIterable<Uint8Array>,
  { largestEventBytes = defaultLargestBytes }: ServerSentEventsOptions = {},
): AsyncGenerator<ServerSentEvent, void, void> {
  const lines = new ByteLines(largestEventBytes);
  let event = new OpenEvent();
  let sizeBytes = 0;
  for await (const bytes of body) {
    for (const line of lines.push(bytes)) {
      sizeBytes += line.length;
      if (sizeBytes > largestEventBytes) throw tooLarge(largestEventBytes);
      if (line !== '') {
        event.take(line);
        continue;
      }
      if (event.hasData) yield event.made;
      event = new OpenEvent();
      sizeBytes = 0;
    }
  }
}

/** Lines of bytes that come in any pieces: a line that is not complete is kept in its pieces, and joined once. */
class ByteLines {
  readonly #largestBytes: number;
  #pieces: Uint8Array[] = [];
  #keptBytes = 0;
  /** A line feed that follows is the rest of the line end before. */
  #endedByReturn = false;

  constructor(largestBytes: number) {
    this.#largestBytes = largestBytes;
  }

  *push(bytes: Uint8Array): Generator<string> {
    let from = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte !== lineFeed && byte !== carriageReturn) {
        this.#endedByReturn = false;
        continue;
      }
      const isRest = byte === lineFeed && this.#endedByReturn;
      this.#endedByReturn = byte === carriageReturn;
      if (!isRest) yield this.#end(bytes.subarray(from, at));
      from = at + 1;
    }
    this.#keep(bytes.subarray(from));
  }

  #keep(rest: Uint8Array): void {
    if (rest.length === 0) return;
    this.#keptBytes += rest.length;
    if (this.#keptBytes > this.#largestBytes) throw tooLarge(this.#largestBytes);
    // A copy: the reader of the body may use its memory again.
    this.#pieces.push(rest.slice());
  }

  #end(last: Uint8Array): string {
    const line = this.#pieces.length === 0 ? last : Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#keptBytes = 0;
    return Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString('utf8');
  }
}

/** An event whose lines are still coming. */
class OpenEvent {
  #event = '';
  readonly #data: string[] = [];

  get hasData(): boolean {
    return this.#data.length > 0;
  }

  get made(): ServerSentEvent {
    return { event: this.#event === '' ? 'message' : this.#event, data: this.#data.join('\n') };
  }

  take(line: string): void {
    const colon = line.indexOf(':');
    // A line that begins with a colon is a comment.
    if (colon === 0) return;
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#event = value;
  }
}

const tooLarge = (largestBytes: number): RangeError => new RangeError(`an event is larger than ${largestBytes} bytes`);
