import type { ByteStreamReader } from '@livekit/rtc-node';

/** All that a stream brings; undefined, and the stream is closed, if that is more than this. @throws What reading it fails with. */
export async function readBytes(reader: ByteStreamReader, mostBytes: number): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of reader) {
    parts.push(part);
    length += part.length;
    // Leaving the loop closes the stream.
    if (length > mostBytes) return undefined;
  }
  return Buffer.concat(parts);
}
