import { readServerSentEvents } from '@parley/core/provider-kit';
import { cutError, toldError } from './openai-error.js';

/**
 * What the vendor sends in a streamed answer, piece by piece, to the end of the body. The SDK's own reader joins a line anew with each
 * packet: one event of 50 MB holds up the process for half a minute.
 *
 * @throws {APIError} The vendor tells of an error, or there is no body. @throws {SyntaxError} A piece is no JSON. @throws {RangeError} One is
 * too large.
 */
export async function* readAnswer<Piece extends object>({ body }: Response): AsyncGenerator<Piece, void, void> {
  if (body === null) throw cutError();
  let isDone = false;
  const bytes: AsyncIterable<Uint8Array> = body;
  for await (const { data } of readServerSentEvents(bytes)) {
    // Read to its end all the same, so that the connection can be used again.
    isDone ||= data === '[DONE]';
    if (isDone) continue;
    const piece: unknown = JSON.parse(data);
    if (!isPiece<Piece>(piece)) continue;
    const told = toldError(piece);
    if (told !== undefined) throw told;
    yield piece;
  }
}

/** As far as it is looked at here; who reads a piece asks of it only the fields it uses. */
const isPiece = <Piece extends object>(value: unknown): value is Piece => typeof value === 'object' && value !== null;
