import { describe, expect, test } from 'vitest';
import { readServerSentEvents, type ServerSentEvent } from './server-sent-events.js';

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  // As a socket's memory is: used again for the next piece.
  const memory = new Uint8Array(size);
  for (let from = 0; from < bytes.length; from += size) {
    const piece = bytes.subarray(from, from + size);
    memory.set(piece);
    yield memory.subarray(0, piece.length);
  }
}

async function read(text: string, size = text.length + 1): Promise<ServerSentEvent[]> {
  const events: ServerSentEvent[] = [];
  for await (const event of readServerSentEvents(inPieces(Buffer.from(text), size))) events.push(event);
  return events;
}

const stream =
  ': a comment\n\ndata: {"a":"é🙂"}\n\nevent: named\r\ndata:one\r\ndata: two\r\n\r\ndata\n\nid: 7\nretry: 5\n\ndata: [DONE]\r\rdata: cut';
const events = [
  { event: 'message', data: '{"a":"é🙂"}' },
  { event: 'named', data: 'one\ntwo' },
  { event: 'message', data: '' },
  { event: 'message', data: '[DONE]' },
];

test.each([1, 2, 3, 5, 7, 11, 1000])('events are the same, cut into pieces of %d bytes', async (size) => {
  expect(await read(stream, size)).toEqual(events);
});

test('a name holds for its event alone', async () => {
  expect(await read('event: a\n\ndata: x\n\n')).toEqual([{ event: 'message', data: 'x' }]);
});

describe('a large event', () => {
  test('is read in time that grows with its size', async () => {
    const [event] = await read(`data: ${'x'.repeat(15_000_000)}\n\n`, 16_384);
    expect(event?.data.length).toBe(15_000_000);
  });

  test.each(['without an end', 'of many lines'])('beyond the bound is refused, %s', async (how) => {
    const line = how === 'of many lines' ? 'data: 12345678\n' : 'data: 12345678';
    const reading = async () => {
      for await (const _event of readServerSentEvents(inPieces(Buffer.from(line.repeat(100)), 10), { largestEventBytes: 1000 })) continue;
    };
    await expect(reading()).rejects.toThrow(new RangeError('an event is larger than 1000 bytes'));
  });
});
