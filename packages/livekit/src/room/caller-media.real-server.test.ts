import { AudioFrame, FrameProcessor } from '@livekit/rtc-node';
import type { AudioChunk, AudioInput } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { decode } from 'jpeg-js';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { after, RoomTrial, until } from './__fixtures__/room-trial.js';
import { tone } from './__fixtures__/trial-caller.js';
import { roomIO } from './room-io.js';
import type { RoomIOOptions } from './room-io-options.js';

type Frame = Extract<AudioChunk, { readonly type: 'audio' }>['frame'];

/** Reads on in the background. */
function listenTo(input: AudioInput | undefined) {
  const chunks: AudioChunk[] = [];
  const read = async () => {
    for await (const chunk of input?.read({ sampleRates: [16_000], clock: realClock }) ?? []) chunks.push(chunk);
  };
  void read();
  const frames = () => chunks.flatMap((chunk): Frame[] => (chunk.type === 'audio' ? [chunk.frame] : []));
  return { chunks, frames };
}

const lengthMs = ({ samples, sampleRate }: Frame): number => (samples.length * 1000) / sampleRate;
const endOf = (chunk: AudioChunk): number =>
  chunk.type === 'gap' ? chunk.atMs + chunk.durationMs : chunk.frame.atMs + lengthMs(chunk.frame);
const startOf = (chunk: AudioChunk): number => (chunk.type === 'gap' ? chunk.atMs : chunk.frame.atMs);

/** Passes on nothing but silence. */
class Silencer extends FrameProcessor<AudioFrame> {
  isClosed = false;
  frames = 0;
  isEnabled(): boolean {
    return !this.isClosed;
  }
  setEnabled(): void {}
  process(frame: AudioFrame): AudioFrame {
    this.frames += 1;
    return new AudioFrame(new Int16Array(frame.data.length), frame.sampleRate, frame.channels, frame.samplesPerChannel);
  }
  close(): void {
    this.isClosed = true;
  }
}

describe.skipIf(!hasLiveKitServer())("a caller's recordings, pictures and filters in a room of a LiveKit server", () => {
  let trial: RoomTrial;
  beforeAll(async () => {
    trial = await RoomTrial.start();
  });
  afterEach(() => trial.clear());
  afterAll(() => trial[Symbol.asyncDispose]());

  /** The caller is there first, as those are who record what they say until the agent comes. */
  const open = async (options: RoomIOOptions = {}) => {
    const name = trial.roomName();
    const caller = await trial.joinCaller(name);
    await caller.publish();
    const room = await trial.joinAgent(name);
    return { caller, room, open: () => trial.own(roomIO(room, options)) };
  };

  test('what they recorded before the agent was there is heard first, and the time line has no holes', async () => {
    const { caller, open: openIO } = await open();
    // While the agent prepares itself: nothing reads it yet.
    await caller.sendEarlyAudio(tone(1000, 24_000), 24_000);
    const io = openIO();
    const heard = listenTo(io.audioInput);
    await until('live frames', () => heard.frames().some(({ sampleRate }) => sampleRate === 16_000));
    await until('a second of them', () => heard.frames().filter(({ sampleRate }) => sampleRate === 16_000).length > 50);
    const rates = heard.frames().map(({ sampleRate }) => sampleRate);
    expect(rates.lastIndexOf(24_000)).toBe(9);
    expect(rates.indexOf(16_000)).toBe(10);
    expect(heard.frames()[5]?.samples.some((sample) => sample > 7000)).toBe(true);
    let endMs = 0;
    for (const chunk of heard.chunks) {
      expect(startOf(chunk)).toBeCloseTo(endMs, 6);
      endMs = endOf(chunk);
    }
  });

  test('a recording that comes late is heard when it comes; one that cannot be read does no harm', async () => {
    const logged: string[] = [];
    const logger = { log: (_level: string, message: string) => void logged.push(message) };
    const { caller, open: openIO } = await open({ logger });
    const heard = listenTo(openIO().audioInput);
    await until('live frames', () => heard.frames().length > 20);
    await caller.sendEarlyAudio(tone(500, 48_000), 48_000);
    await until('the recording', () => heard.frames().some(({ sampleRate }) => sampleRate === 48_000));
    await until('live frames after it', () => heard.frames().at(-1)?.sampleRate === 16_000);
    await caller.sendEarlyAudio(tone(100, 8000), 1);
    await until('the line in the log', () => logged.length > 0);
    const count = heard.frames().length;
    await until('further frames', () => heard.frames().length > count + 20);
    expect(logged).toEqual(['what the caller said before the agent was there cannot be read']);
  });

  test('without the option nothing of it is heard', async () => {
    const { caller, open: openIO } = await open({ input: { preConnectAudio: false } });
    await caller.sendEarlyAudio(tone(500, 24_000), 24_000);
    const heard = listenTo(openIO().audioInput);
    await until('live frames', () => heard.frames().length > 50);
    expect(heard.frames().some(({ sampleRate }) => sampleRate === 24_000)).toBe(false);
  });

  test('their camera is seen as JPEG, their screen before it, and nothing where there is neither', async () => {
    const { caller, open: openIO } = await open({ video: true });
    const io = openIO();
    await until('the caller', () => io.caller);
    expect(await io.videoInput?.capture()).toBeUndefined();
    const colourOf = async () => {
      const picture = await io.videoInput?.capture();
      if (picture === undefined) return undefined;
      expect(picture.mediaType).toBe('image/jpeg');
      const { width, height, data } = decode(picture.data, { useTArray: true });
      expect([width, height]).toEqual([320, 180]);
      const middle = (90 * width + 160) * 4;
      return ['red', 'green', 'blue'].find((_, index) => (data[middle + index] ?? 0) > 150);
    };
    const seen = async (colour: string) => {
      let found: string | undefined;
      for (let attempt = 0; attempt < 50 && found !== colour; attempt += 1) {
        found = await colourOf();
        if (found === undefined) await after(50);
      }
      return found;
    };
    await caller.show('camera', [220, 20, 20]);
    expect(await seen('red')).toBe('red');
    await caller.show('screen', [20, 20, 220]);
    expect(await seen('blue')).toBe('blue');
    await caller.leave();
    await until('they are gone', () => io.caller === undefined);
    expect(await io.videoInput?.capture()).toBeUndefined();
  });

  test('a filter is given all that is heard, and closed with the call', async () => {
    const silencer = new Silencer();
    const { caller, open: openIO } = await open({ input: { noiseCancellation: silencer } });
    const io = openIO();
    const heard = listenTo(io.audioInput);
    await until('frames', () => heard.frames().length > 0);
    await caller.speak(400);
    await until('more of them', () => heard.frames().length > 50);
    expect(silencer.frames).toBeGreaterThan(50);
    expect(heard.frames().every(({ samples }) => samples.every((sample) => sample === 0))).toBe(true);
    expect(silencer.isClosed).toBe(false);
    await io[Symbol.asyncDispose]();
    expect(silencer.isClosed).toBe(true);
  });
});
