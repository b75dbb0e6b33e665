import { Agent, AgentSession, createBackgroundAudio } from '@parley/core';
import type { AudioFrame } from '@parley/core/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { liveKitRoom } from '../joined-room.js';
import { after, RoomTrial, until } from './__fixtures__/room-trial.js';
import { tone } from './__fixtures__/trial-caller.js';
import { roomIO } from './room-io.js';

const sampleRate = 24_000;

/** In frames of 20 ms. */
function framesOf(samples: Int16Array): readonly AudioFrame[] {
  const length = (20 * sampleRate) / 1000;
  return Array.from({ length: samples.length / length }, (_, index) => ({
    samples: samples.slice(index * length, (index + 1) * length),
    sampleRate,
    channels: 1,
    atMs: index * 20,
  }));
}

describe.skipIf(!hasLiveKitServer())('background sounds in a room of a LiveKit server', () => {
  let trial: RoomTrial;
  beforeAll(async () => {
    trial = await RoomTrial.start();
  });
  afterEach(() => trial.clear());
  afterAll(() => trial[Symbol.asyncDispose]());

  test('the place goes on, without a hole, while the agent is interrupted; music comes and goes; all ends with the session', async () => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name);
    const caller = await trial.joinCaller(name);
    const background = createBackgroundAudio({ ambientSound: { source: framesOf(tone(1000, sampleRate)), volume: 0.3 } });
    const io = roomIO(room, { background });
    const session = new AgentSession();
    trial.own({ [Symbol.asyncDispose]: () => session.close() });
    background.follow(session);
    await session.start({ agent: new Agent({ instructions: '' }), io });
    const heardOn = (track: string) => caller.heard.filter((frame) => frame.track === track && frame.isLoud);
    await until('the place', () => heardOn('background_audio').length > 0);

    const speech = session.say('One two three four five.', { audio: framesOf(tone(4000, sampleRate)) });
    await until('the voice', () => heardOn('roomio_audio').length > 50);
    speech.interrupt();
    await speech.waitForPlayout().catch(() => {});
    await after(700);
    const [first] = heardOn('roomio_audio');
    const last = heardOn('roomio_audio').at(-1);
    const untilMs = (last?.atMs ?? 0) + 400;
    const behind = heardOn('background_audio').filter(({ atMs }) => atMs >= (first?.atMs ?? 0) && atMs <= untilMs);
    expect(untilMs - (first?.atMs ?? 0)).toBeLessThan(3000);
    // Frames of 10 ms; a busy machine may lose a few.
    expect(behind.length * 10).toBeGreaterThan((untilMs - (first?.atMs ?? 0)) * 0.9);

    const music = background.play(framesOf(tone(100, sampleRate)), { volume: 0.5 });
    await music.waitForPlayout();
    await session.close();
    await until('no track', () => liveKitRoom(room).localParticipant?.trackPublications.size === 0);
    await until('silence', () => caller.silence());
  });
});
