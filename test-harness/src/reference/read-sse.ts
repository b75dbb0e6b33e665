export interface SSEMessage {
  readonly event: string;
  readonly data: string;
}

/** Makes text of bytes: a character may come in two pieces. */
export interface Decoder {
  decode(bytes: Uint8Array): string;
}

const streamDecoder = (): Decoder => {
  const decoder = new TextDecoder();
  return { decode: (bytes) => decoder.decode(bytes, { stream: true }) };
};

/**
 * Server-sent events of a body, as they come; one that is not complete at the end is none.
 *
 * @param decoder Of one body.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export async function* readSSE(body: AsyncIterable<Uint8Array>, decoder: Decoder = streamDecoder()): AsyncGenerator<SSEMessage> {
  /** Of the event that is not complete: kept apart, for a large one comes in thousands. */
  let pieces: string[] = [];
  let last = '';
  for await (const bytes of body) {
    const piece = decoder.decode(bytes);
    pieces.push(piece);
    const hasEnd = (last.slice(-3) + piece).includes('\n\n') || (last.slice(-3) + piece).includes('\n\r\n');
    last = last.slice(-3) + piece;
    if (!hasEnd) continue;
    const events = pieces.join('').split(/\r?\n\r?\n/);
    pieces = [events.pop() ?? ''];
    for (const event of events) yield readEvent(event);
  }
}

function readEvent(text: string): SSEMessage {
  const fields = text.split(/\r?\n/).map((line) => /^(\w+): ?(.*)$/.exec(line));
  const values = (name: string) => fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
  return { event: values('event').at(-1) ?? 'message', data: values('data').join('\n') };
}
