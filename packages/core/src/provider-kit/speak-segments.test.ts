import { expect, test } from 'vitest';
import { APIError } from '../provider/api-error.js';
import type { TTSEvent, TTSInput } from '../provider/tts.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { callStream } from './call-stream.js';
import { speakSegments, type SegmentAnswer } from './speak-segments.js';

const said = (segmentId: string, ...texts: readonly string[]): TTSInput[] => [
  ...texts.map((text) => ({ type: 'text', segmentId, text }) as const),
  { type: 'flush', segmentId },
];
/** So many samples, in odd pieces. */
const answer = (samples: number): SegmentAnswer => ({
  receipts: [{ type: 'usage', usage: { characters: 1 } }],
  body: (async function* () {
    const bytes = new Uint8Array(samples * 2);
    for (let from = 0; from < bytes.length; from += 333) yield bytes.subarray(from, from + 333);
  })(),
});
function speech(inputs: readonly TTSInput[], ask: (text: string) => Promise<SegmentAnswer>): AsyncIterable<TTSEvent> {
  const options = {
    signal: new AbortController().signal,
    clock: new VirtualClock(),
    logger: { log: () => {} },
    sessionId: 's',
    callId: 'c',
  };
  const text = (async function* () {
    yield* inputs;
  })();
  const request = { ...options, text, sampleRate: 16_000 };
  const toError = () => new APIError('made of it', { kind: 'protocol', provider: 'acme', retryable: true });
  return callStream(request, (call) => speakSegments(call, { request, provider: 'acme', ask, toError }));
}
async function readAll(stream: AsyncIterable<TTSEvent>): Promise<TTSEvent[]> {
  const events: TTSEvent[] = [];
  for await (const event of stream) events.push(event);
  return events;
}

test('each segment is asked for once, whole, and one without a word not at all', async () => {
  const asked: string[] = [];
  const inputs = [...said('a', 'Hello ', 'there.'), ...said('b', ' … '), ...said('c', 'Bye.')];
  const events = await readAll(
    speech(inputs, async (text) => {
      asked.push(text);
      return answer(800);
    }),
  );
  expect(asked).toEqual(['Hello there.', 'Bye.']);
  const order = events.map((event) => ('segmentId' in event ? `${event.type} ${event.segmentId}` : event.type));
  expect(order.filter((one, index) => one !== order[index - 1])).toEqual([
    'usage',
    'audio a',
    'segment-end a',
    'segment-end b',
    'usage',
    'audio c',
    'segment-end c',
  ]);
  const samples = events.flatMap((event) => (event.type === 'audio' ? [event.frame.samples.length] : []));
  expect(samples.reduce((sum, count) => sum + count, 0)).toBe(1600);
});

test('an answer without audio is an error, and what the vendor’s client throws is one of the contract', async () => {
  for (const body of [answer(0).body, null, undefined])
    await expect(readAll(speech(said('a', 'Hello.'), async () => ({ receipts: [], body })))).rejects.toMatchObject({
      name: 'APIConnectionError',
      retryable: true,
    });
  const failing = speech(said('a', 'Hello.'), async () => {
    throw new TypeError('terminated');
  });
  await expect(readAll(failing)).rejects.toMatchObject({ kind: 'protocol', message: 'acme: made of it' });
});
