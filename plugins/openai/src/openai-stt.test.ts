import { type Play, playVendor, type STTHeard, type STTStep } from '@parley/conformance/wire';
import { openaiWires } from '@parley/conformance/wires';
import type { STTInput } from '@parley/core/provider';
import { describe, expect, test } from 'vitest';
import { callOptions, failureOf, readAll } from './__fixtures__/call-options.js';
import { createOpenAI } from './index.js';

const hello: Play<STTHeard, STTStep> = async (call) => {
  for await (const heard of call.heard)
    if (heard.type === 'end') await call.send({ type: 'final', text: ' Hello. ', startMs: 0, endMs: 0, words: [] });
};
const vendor = () => playVendor(openaiWires.transcription, hello);
/** A tenth of a second. */
const frame = ({ sampleRate = 16_000, channels = 1, atMs = 0 } = {}): STTInput => ({
  type: 'audio',
  frame: { samples: new Int16Array((sampleRate * channels) / 10).fill(7), sampleRate, channels, atMs },
});
const request = (...inputs: readonly STTInput[]) => ({
  ...callOptions(),
  sampleRate: 16_000,
  audio: (async function* () {
    yield* inputs;
  })(),
});

describe('an utterance', () => {
  test('is sent whole, and comes back with what it cost', async () => {
    await using played = await vendor();
    const events = await readAll(
      createOpenAI(played.settings)
        .stt()
        .transcribe(request(frame(), frame({ atMs: 100 }))),
    );
    expect(events).toEqual([
      { type: 'response-metadata', requestId: 'req_1', model: 'gpt-4o-mini-transcribe' },
      { type: 'usage', usage: { audioMs: 200 } },
      { type: 'transcript-final', segmentId: '1', text: 'Hello.', startMs: 0, endMs: 200 },
    ]);
    expect(played.heard[0]?.[0]).toMatchObject({ sampleRate: 16_000 });
    expect(played.heard[0]?.[1]).toEqual({ type: 'audio', samples: new Int16Array(3200).fill(7) });
  });

  test('with a gap costs what was sent, and ends where it ended', async () => {
    await using played = await vendor();
    const events = await readAll(
      createOpenAI(played.settings)
        .stt()
        .transcribe(request(frame(), frame({ atMs: 5000 }))),
    );
    expect(events.slice(1)).toMatchObject([
      { type: 'usage', usage: { audioMs: 200 } },
      { type: 'transcript-final', startMs: 0, endMs: 5100 },
    ]);
  });

  test.each([
    { what: 'at another rate than was said', inputs: [frame({ sampleRate: 48_000 })], says: '48000 Hz' },
    { what: 'of two channels', inputs: [frame({ channels: 2 })], says: '2 channels' },
    { what: 'with a setting that changes', inputs: [frame(), { type: 'update', language: 'de' } as const], says: 'no setting' },
  ])('$what is refused, and nothing of it is sent', async ({ inputs, says }) => {
    await using played = await vendor();
    const failure = await failureOf(
      createOpenAI(played.settings)
        .stt()
        .transcribe(request(...inputs)),
    );
    expect(failure).toMatchObject({ kind: 'unsupported', retryable: false });
    expect(String(failure)).toContain(says);
    expect(played.record.requests).toEqual([]);
  });
});
