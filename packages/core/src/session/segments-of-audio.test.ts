import { describe, expect, test } from 'vitest';
import type { AudioOutput } from '../provider/audio-output.js';
import { createScriptedOutput } from '../testing/scripted-output.js';
import { scenario, type Scenario } from '../testing/scenario.js';
import type { VirtualClock } from '../time/virtual-clock.js';

/** What an output is given: milliseconds of audio, and each end of a segment, in order. */
async function given(
  script: Omit<Scenario, 'output' | 'durationMs'>,
): Promise<{ readonly account: readonly string[]; readonly audioMs: number }> {
  const account: string[] = [];
  let audioMs = 0;
  const output = (clock: VirtualClock): AudioOutput => {
    const inner = createScriptedOutput(clock);
    return {
      ...inner,
      write: (segmentId, frame) => {
        if (account.at(-1) !== 'audio') account.push('audio');
        audioMs += (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
        return inner.write(segmentId, frame);
      },
      end: (segmentId) => {
        account.push('end');
        return inner.end(segmentId);
      },
    };
  };
  await scenario({ ...script, output, durationMs: 6000 });
  return { account, audioMs };
}

describe('S170 the audio of a segment', () => {
  test('of half a second is half a second at the output, to 20 ms, and ends once, behind its last frame', async () => {
    const { account, audioMs } = await given({
      tts: [{ text: 'hello', audioMs: 500 }],
      at: { 0: (session) => void session.say('hello') },
    });
    expect(account).toEqual(['audio', 'end']);
    expect(Math.abs(audioMs - 500)).toBeLessThanOrEqual(20);
  });

  test('that is tiny comes out all the same, and ends', async () => {
    const audio = [{ samples: Int16Array.of(7), sampleRate: 24_000, channels: 1, atMs: 0 }];
    const { account, audioMs } = await given({ at: { 0: (session) => void session.say('hm', { audio }) } });
    expect(account).toEqual(['audio', 'end']);
    expect(audioMs).toBeGreaterThan(0);
    expect(audioMs).toBeLessThanOrEqual(20);
  });

  test('of several sentences gains nothing by the ends between them, and ends once', async () => {
    const sentences = ['This is the first of two sentences.', 'And that is the second one of them.'];
    const { account, audioMs } = await given({
      tts: sentences.map((text) => ({ text, audioMs: 500 })),
      at: { 0: (session) => void session.say(sentences.join(' ')) },
    });
    expect(account).toEqual(['audio', 'end']);
    expect(audioMs).toBe(1000);
  });

  test('keeps all times of its words, in order: the transcript grows by each when it is heard', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const words = names.map((text, index) => ({ text, startMs: index * 400, endMs: index * 400 + 300 }));
    const shown: string[] = [];
    await scenario({
      tts: [{ text: names.join(' '), audioMs: 2000, words }],
      at: { 0: (session) => void session.say(names.join(' ')) },
      io: { transcriptOutput: { write: ({ text }) => void shown.push(text), [Symbol.asyncDispose]: async () => {} } },
      durationMs: 6000,
    });
    const grown = names.map((_name, index) => names.slice(0, index + 1).join(' '));
    expect([...new Set(shown)]).toEqual(grown);
  });
});
