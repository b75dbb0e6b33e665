import { expect, test } from 'vitest';
import { callStream } from '../provider-kit/call-stream.js';
import type { TTS, TTSEvent } from '../provider/tts.js';
import type { VAD } from '../provider/vad.js';
import { Agent } from '../agent/agent.js';
import { AgentSession } from '../session/agent-session.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { inLockstep } from './in-lockstep.js';
import { createScriptedInput } from './scripted-input.js';
import { createScriptedOutput } from './scripted-output.js';
import { createScriptedVAD } from './scripted-vad.js';

/** Work that the virtual clock cannot see, as a worker thread does it. */
const realWork = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve, 2));

const slowTTS: TTS = {
  specificationVersion: 1,
  kind: 'tts',
  provider: 'slow',
  model: 'slow',
  capabilities: { streaming: true, wordTimings: false, sampleRates: [24_000] },
  synthesize: (request) =>
    callStream(request, async function* (): AsyncGenerator<TTSEvent, void, void> {
      for await (const { type, segmentId } of request.text) {
        if (type !== 'flush') continue;
        for (let index = 0; index < 5; index += 1) {
          await realWork();
          yield {
            type: 'audio',
            segmentId,
            frame: { samples: new Int16Array(480).fill(1), sampleRate: 24_000, channels: 1, atMs: index * 20 },
          };
        }
        await realWork();
        yield { type: 'segment-end', segmentId };
      }
    }),
};

const scripted = createScriptedVAD();
const slowVAD: VAD = {
  ...scripted,
  detect: (request) =>
    scripted.detect({
      ...request,
      audio: (async function* () {
        for await (const input of request.audio) {
          yield input;
          await realWork();
        }
      })(),
    }),
};

/** Speaks text as it comes, and is then idle until more comes. */
const eagerTTS: TTS = {
  ...slowTTS,
  synthesize: (request) =>
    callStream(request, async function* (): AsyncGenerator<TTSEvent, void, void> {
      for await (const { type, segmentId } of request.text) {
        await realWork();
        if (type === 'text')
          yield { type: 'audio', segmentId, frame: { samples: new Int16Array(480).fill(1), sampleRate: 24_000, channels: 1, atMs: 0 } };
        else yield { type: 'segment-end', segmentId };
      }
    }),
};

test('a TTS that speaks before the flush owes until it asks for more text, and then no longer', async () => {
  const clock = new VirtualClock();
  const session = new AgentSession({ clock, tts: inLockstep(eagerTTS, clock) });
  const audioOutput = createScriptedOutput(clock);
  await session.start({ agent: new Agent({ instructions: '' }), io: { audioOutput } });
  const text = (async function* () {
    yield 'The first sentence of two. The second';
    await new Promise<void>((resolve) => void clock.after(1000, resolve));
    yield ' comes a second later.';
  })();
  const speech = session.say(text);
  await clock.runUntil(Promise.resolve(speech));
  expect(audioOutput.played).toMatchObject([{ startedMs: 0, playedMs: 40, complete: true }]);
  expect(clock.now()).toBe(1020);
  await clock.runUntil(session.close());
});

test('a provider that works in real time costs no virtual time', async () => {
  const clock = new VirtualClock();
  const states: string[] = [];
  const session = new AgentSession({ clock, vad: inLockstep(slowVAD, clock), tts: inLockstep(slowTTS, clock) });
  session.on('user-state-changed', ({ newState }) => states.push(`${clock.now()} ${newState}`));
  session.on('agent-state-changed', ({ newState }) => states.push(`${clock.now()} ${newState}`));
  const audioOutput = createScriptedOutput(clock);
  await session.start({
    agent: new Agent({ instructions: '' }),
    io: { audioInput: createScriptedInput([{ startMs: 500, endMs: 800, text: '' }]), audioOutput },
  });
  await clock.advanceTo(100);
  session.say('five frames');
  await clock.advanceTo(2000);
  await clock.runUntil(session.close());
  expect(states).toEqual(['0 listening', '100 speaking', '200 listening', '550 speaking', '1300 listening']);
  expect(audioOutput.played).toMatchObject([{ startedMs: 100, endedMs: 200 }]);
  clock.assertIdle();
});
