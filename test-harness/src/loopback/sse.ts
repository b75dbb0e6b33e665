/** One event of a stream of server-sent events, as text. @see https://html.spec.whatwg.org/multipage/server-sent-events.html */
export function sseEvent({ event, data }: { readonly event?: string; readonly data: string }): string {
  const lines = data.split('\n').map((line) => `data: ${line}\n`);
  return `${event === undefined ? '' : `event: ${event}\n`}${lines.join('')}\n`;
}

/**
 * The same bytes in pieces of 1 to `most` bytes, which end in the midst of lines and of characters. The same seed cuts the same way.
 *
 * @param seed A whole number above 0.
 */
export function splitBytes(bytes: Uint8Array, { seed, most = 7 }: { readonly seed: number; readonly most?: number }): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let state = seed;
  for (let from = 0; from < bytes.length;) {
    // Park and Miller's generator, 1988: enough to cut in odd places.
    state = (state * 48_271) % 2_147_483_647;
    const to = Math.min(bytes.length, from + 1 + (state % most));
    pieces.push(bytes.slice(from, to));
    from = to;
  }
  return pieces;
}
