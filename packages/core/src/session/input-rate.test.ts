import { expect, test } from 'vitest';
import type { AudioChunk, AudioInput } from '../provider/audio-input.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { scenario } from '../testing/scenario.js';

const user = [{ startMs: 500, endMs: 1500, text: 'hello' }];

/** A microphone that takes no notice of the rates that are wanted. */
function createFastInput(): AudioInput {
  const scripted = createScriptedInput(user);
  return {
    async *read(options): AsyncGenerator<AudioChunk> {
      for await (const chunk of scripted.read(options)) {
        if (chunk.type !== 'audio') continue;
        const { samples, atMs } = chunk.frame;
        yield {
          type: 'audio',
          frame: { samples: new Int16Array(samples.length * 3).fill(samples[0] ?? 0), sampleRate: 48_000, channels: 1, atMs },
        };
      }
    },
    [Symbol.asyncDispose]: () => scripted[Symbol.asyncDispose](),
  };
}

// The first has to load the resampler, in real time: in a file of its own, so that it is the first of its process.
test('the first call whose input has another rate goes like the next', async () => {
  const play = async () =>
    (await scenario({ options: { llm: null, stt: null }, io: { audioInput: createFastInput() }, durationMs: 4000 })).userStates;
  const first = await play();
  expect(first).toEqual(['600 speaking', '2050 listening']);
  expect(await play()).toEqual(first);
});
