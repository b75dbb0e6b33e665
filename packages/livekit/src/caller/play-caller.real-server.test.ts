import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AudioFrame } from '@parley/core/provider';
import { realClock, wavBytes } from '@parley/core/provider-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { RoomTrial, until } from '../room/__fixtures__/room-trial.js';
import { tone } from '../room/__fixtures__/trial-caller.js';
import { roomIO } from '../room/room-io.js';
import { playCaller } from './play-caller.js';

const rate = 16_000;
const headerBytes = 44;

const power = (samples: Int16Array): number => samples.reduce((sum, sample) => sum + sample ** 2, 0);

/** How much of the loudness is at the pitch of `tone`, from 0 to 1: what is broken up or mixed up is spread over others. */
function purity(samples: Int16Array): number {
  let [real, imaginary] = [0, 0];
  samples.forEach((sample, index) => {
    const angle = (2 * Math.PI * 440 * index) / rate;
    real += sample * Math.cos(angle);
    imaginary += sample * Math.sin(angle);
  });
  return (2 * (real ** 2 + imaginary ** 2)) / (samples.length * power(samples));
}

describe.skipIf(!hasLiveKitServer())('a recorded caller in a room of a LiveKit server', () => {
  let trial: RoomTrial;
  let folder: string;
  beforeAll(async () => {
    trial = await RoomTrial.start();
    folder = await mkdtemp(join(tmpdir(), 'parley-caller-'));
  });
  afterEach(() => trial.clear());
  afterAll(async () => {
    await trial[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  });

  test('waits for an agent, is heard as it was recorded, and hears the agent', async () => {
    const [recording, output] = [join(folder, 'caller.wav'), join(folder, 'call.wav')];
    await writeFile(recording, wavBytes(tone(1500, rate), rate));
    const room = trial.roomName();
    const calling = playCaller({ room, recording, output, ...trial.account });
    const io = trial.own(roomIO(await trial.joinAgent(room)));
    const heard: AudioFrame[] = [];
    void (async () => {
      for await (const chunk of io.audioInput?.read({ sampleRates: [rate], clock: realClock }) ?? [])
        if (chunk.type === 'audio') heard.push(chunk.frame);
    })();
    const isLoud = ({ samples }: AudioFrame) => power(samples) / samples.length > 2000 ** 2;
    await until('the caller', () => heard.filter(isLoud).length > 20);
    for (let index = 0; index < 20; index += 1)
      await io.audioOutput?.write('a', { samples: tone(20, 24_000), sampleRate: 24_000, channels: 1, atMs: 0 });
    io.audioOutput?.end('a');
    // All 75 of them.
    await until('the end of the recording', () => heard.filter(isLoud).length > 70 && heard.slice(-10).every((frame) => !isLoud(frame)));
    // The library is let go of with the caller, and is the agent's here as well.
    await trial.clear();
    await calling;

    // Without how it begins and ends. 20 ms hold no whole number of its waves: each frame is weighed by itself.
    const loud = heard.filter(isLoud).slice(5, -5);
    expect(loud.length).toBeGreaterThan(55);
    // A busy machine may lose a few.
    expect(loud.filter(({ samples }) => purity(samples) > 0.9).length / loud.length).toBeGreaterThan(0.8);
    const call = await readFile(output);
    const agentSide = Int16Array.from({ length: (call.length - headerBytes) / 4 }, (_, index) =>
      call.readInt16LE(headerBytes + index * 4 + 2),
    );
    expect(agentSide.filter((sample) => Math.abs(sample) > 4000).length / rate).toBeGreaterThan(0.1);
  });
});
