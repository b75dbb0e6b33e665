import { deepgramWires } from '@parley/conformance/wires';
import { type Oddity, type Play, playVendor, type STTHeard, type STTStep } from '@parley/conformance/wire';
import type { STTInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { audioAt, frameAt, holds, inputs, readAll, sttRequest } from './__fixtures__/call-options.js';
import { createDeepgram } from './index.js';

type STTPlay = Play<STTHeard, STTStep>;
const vendor = (play: STTPlay) => playVendor(deepgramWires.flux, play);
const saying =
  (...steps: (STTStep | Oddity)[]): STTPlay =>
  async (call) => {
    for await (const heard of call.heard) {
      if (heard.type === 'audio') for (const step of steps.splice(0)) await call.send(step);
      if (heard.type === 'end') await call.send({ type: 'done' });
    }
  };
const words = [{ text: 'Yes.', startMs: 100, endMs: 300 }];

test('a turn is eager, goes on, and ends with one final', async () => {
  await using played = await vendor(
    saying(
      { type: 'speech-start', atMs: 100 },
      { type: 'interim', text: 'Yes', startMs: 0, endMs: 250, words: [] },
      { type: 'turn-eager', text: 'Yes', endMs: 300 },
      { type: 'turn-resumed' },
      { type: 'interim', text: 'Yes.', startMs: 0, endMs: 400, words },
      { type: 'turn-eager', text: 'Yes.', endMs: 500 },
      { type: 'turn-end', text: 'Yes.', endMs: 520 },
    ),
  );
  const stt = createDeepgram(played.settings).stt('flux-general-en');
  expect(await readAll(stt.transcribe(sttRequest(inputs(...audioAt(0)))))).toEqual([
    { type: 'response-metadata', requestId: deepgramWires.flux.requestId, model: 'flux-general-en' },
    { type: 'speech-start', atMs: 100 },
    { type: 'transcript-interim', segmentId: '1', text: 'Yes', startMs: 0, endMs: 250 },
    { type: 'turn-eager', text: 'Yes', confidence: 0.5 },
    { type: 'turn-resumed' },
    { type: 'transcript-interim', segmentId: '1', text: 'Yes.', startMs: 100, endMs: 400, words: [{ ...words[0], confidence: 0.98 }] },
    { type: 'turn-eager', text: 'Yes.', confidence: 0.5 },
    { type: 'transcript-final', segmentId: '1', text: 'Yes.', startMs: 100, endMs: 520, words: [{ ...words[0], confidence: 0.98 }] },
    { type: 'usage', usage: { audioMs: 20 } },
    { type: 'speech-end', atMs: 300 },
    { type: 'turn-end', atMs: 300, confidence: 0.9 },
  ]);
  expect(played.record.requests[0]?.query).toContain('eager_eot_threshold=0.5');
});

test('what a turn has when the audio ends is final', async () => {
  await using played = await vendor(saying({ type: 'interim', text: 'Yes.', startMs: 0, endMs: 400, words }));
  const events = await readAll(
    createDeepgram(played.settings)
      .stt('flux-general-en')
      .transcribe(sttRequest(inputs(...audioAt(0)))),
  );
  expect(events.map(({ type }) => type).slice(-3)).toEqual(['transcript-final', 'speech-end', 'usage']);
});

test('silence takes the place of audio that does not come, and takes no time on the line of the frames', async () => {
  await using played = await vendor(async (call) => {
    for await (const heard of call.heard) {
      const isSecondFrame = heard.type === 'audio' && heard.samples[0] === 1;
      if (isSecondFrame) await call.send({ type: 'final', text: 'Yes.', startMs: 1520, endMs: 1540, words: [] });
      if (heard.type === 'end') await call.send({ type: 'done' });
    }
  });
  const clock = new VirtualClock();
  const audio = new Channel<STTInput>({ capacity: 10 });
  for (const input of audioAt(0)) void audio.push(input);
  const reading = readAll(createDeepgram(played.settings).stt('flux-general-en').transcribe(sttRequest(audio, { clock })));
  const sent = () => played.heard[0]?.flatMap((heard) => (heard.type === 'audio' ? [heard.samples.length / 16] : []));
  await holds(() => sent()?.length === 1);
  await clock.advance(1500);
  await holds(() => sent()?.length === 4);
  void audio.push({ type: 'audio', frame: { ...frameAt(1500), samples: new Int16Array(320).fill(1) } });
  await holds(() => sent()?.length === 5);
  audio.end();
  expect(sent()).toEqual([20, 500, 500, 500, 20]);
  expect(await reading).toContainEqual({ type: 'transcript-final', segmentId: '1', text: 'Yes.', startMs: 1500, endMs: 1520 });
});

test('a flush forces the end of the turn, and settings can change in the call', async () => {
  await using played = await vendor(async (call) => {
    for await (const heard of call.heard) {
      if (heard.type === 'flush') await call.send({ type: 'final', text: 'Yes.', startMs: 0, endMs: 20, words: [], flushed: true });
      if (heard.type === 'end') await call.send({ type: 'done' });
    }
  });
  const stt = createDeepgram(played.settings).stt('flux-general-multi', { keyterms: ['Parley'] });
  const given = inputs<STTInput>(
    ...audioAt(0),
    { type: 'update', keyterms: ['Anna'] },
    { type: 'update', language: 'de' },
    { type: 'flush' },
  );
  const events = await readAll(stt.transcribe(sttRequest(given, { language: 'en' })));
  expect(events.map(({ type }) => type)).toContain('turn-end');
  expect(played.heard[0]?.filter(({ type }) => type !== 'audio')).toEqual([
    { type: 'settings', sampleRate: 16_000, model: 'flux-general-multi', language: 'en', keyterms: ['Parley'] },
    { type: 'update', keyterms: ['Anna'] },
    { type: 'update', language: 'de' },
    { type: 'flush' },
    { type: 'end' },
  ]);
  expect(stt.capabilities).toMatchObject({ turnDetection: true, updatable: ['language', 'keyterms'] });
});
