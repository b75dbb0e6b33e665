import { Agent, AgentSession } from '@parley/core';
import type { AudioFrame } from '@parley/core/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { liveKitRoom } from '../joined-room.js';
import { after, RoomTrial, until } from './__fixtures__/room-trial.js';
import { tone } from './__fixtures__/trial-caller.js';
import { roomIO } from './room-io.js';

const sampleRate = 24_000;

/** Speech of this length, of no words. */
async function* voice(lengthMs: number): AsyncGenerator<AudioFrame> {
  const samples = tone(lengthMs, sampleRate);
  const length = (20 * sampleRate) / 1000;
  for (let from = 0; from < samples.length; from += length)
    yield { samples: samples.slice(from, from + length), sampleRate, channels: 1, atMs: (from * 1000) / sampleRate };
}

describe.skipIf(!hasLiveKitServer())('a session in a room of a LiveKit server', () => {
  let trial: RoomTrial;
  beforeAll(async () => {
    trial = await RoomTrial.start();
  });
  afterEach(() => trial.clear());
  afterAll(() => trial[Symbol.asyncDispose]());

  const start = async () => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name);
    const caller = await trial.joinCaller(name);
    await caller.publish();
    const io = roomIO(room);
    await until('the caller', () => io.caller);
    const session = new AgentSession();
    trial.own({ [Symbol.asyncDispose]: () => session.close() });
    await session.start({ agent: new Agent({ instructions: '' }), io });
    return { room, caller, session };
  };

  test('what it says is heard and read; it closes when the caller hangs up, and takes its track along', async () => {
    const { room, caller, session } = await start();
    const reasons: string[] = [];
    session.on('close', ({ reason }) => void reasons.push(reason));
    await session.say('One two three.', { audio: voice(1000) }).waitForPlayout();
    const final = await until('the transcript', () =>
      caller.transcripts.find(({ attributes }) => attributes['lk.transcription_final'] === 'true'),
    );
    expect(final.text).toBe('One two three.');
    // It came as it was spoken, and once more whole.
    expect(caller.transcripts).toHaveLength(2);
    // Of 100 frames: those at both ends may be neither loud nor silent.
    expect(caller.heard.filter(({ isLoud }) => isLoud).length).toBeGreaterThan(90);
    await caller.leave();
    await until('the end', () => reasons.length === 1);
    expect(reasons).toEqual(['input-ended']);
    await until('the track', () => liveKitRoom(room).localParticipant?.trackPublications.size === 0);
  });

  test('what is cut off is silent at the caller, and not in the text that they read', async () => {
    const { caller, session } = await start();
    const speech = session.say('One two three four five six seven eight nine ten.', { audio: voice(4000) });
    await until('the first words', () => caller.heard.filter(({ isLoud }) => isLoud).length > 80);
    speech.interrupt();
    await speech.waitForPlayout().catch(() => {});
    const final = await until('the transcript', () =>
      caller.transcripts.find(({ attributes }) => attributes['lk.transcription_final'] === 'true'),
    );
    await until('silence', () => caller.silence());
    // About a second of four was heard.
    expect(final.text).toMatch(/^One( two( three( four)?)?)?$/);
    expect(caller.heard.filter(({ isLoud }) => isLoud).length).toBeLessThan(150);
  });

  // What is lost, and whether the library knows that the room is over by then, is chance.
  test.each([1, 2, 3])('a room that is deleted in the midst of what is said is nothing to be warned of (%i)', async () => {
    const name = trial.roomName();
    const room = await trial.joinAgent(name);
    const warnings: string[] = [];
    const log = (level: string, message: string) => void (level === 'debug' || warnings.push(`${level} ${message}`));
    const io = roomIO(room, { logger: { log } });
    let words = '';
    const speak = async () => {
      while (room.state === 'connected') {
        words += 'word ';
        io.transcriptOutput?.write({ speaker: 'agent', segmentId: 'long', text: words, final: false });
        await after(1);
      }
    };
    const speaking = speak();
    await until('some words', () => words.length > 200);
    await trial.rooms.deleteRoom(name);
    await speaking;
    await io[Symbol.asyncDispose]();
    expect(warnings).toEqual([]);
  });
});
