import { describe, expect, test } from 'vitest';
import type { ChatItem } from '../provider/chat-item.js';
import type { LLM } from '../provider/llm.js';
import type { VideoInput } from '../provider/video-input.js';
import type { VideoSampler } from '../agent/video-sampler.js';
import { Agent } from '../agent/agent.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM, type ScriptedReply } from '../testing/scripted-llm.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';

type Frame = Awaited<ReturnType<VideoInput['capture']>>;

/** A camera whose frames are numbered; it notes when it was asked for one, by the session's clock. */
function camera(give: (count: number) => Frame | Promise<Frame> = (count) => ({ data: Uint8Array.of(count), mediaType: 'image/jpeg' })) {
  let count = 0;
  const videoInput: VideoInput = {
    capture: async () => give((count += 1)),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return { videoInput, count: () => count };
}

/** A model that sees, or does not, and notes what it was shown with each message: `text [1]`. */
function seeing(replies: readonly ScriptedReply[], images = true) {
  const scripted = createScriptedLLM(replies, new ScriptProblems());
  const requests: string[][] = [];
  const llm: LLM = {
    ...scripted,
    capabilities: { ...scripted.capabilities, images },
    generate(request) {
      requests.push(request.chat.flatMap(inShort));
      return scripted.generate(request);
    },
  };
  return { llm, requests };
}

const inShort = (item: ChatItem): string[] =>
  item.type !== 'message' || item.role !== 'user'
    ? []
    : [item.content.map((part) => (part.type === 'text' ? part.text : part.type === 'image' ? ` [${String(part.data)}]` : '')).join('')];

const user = [{ startMs: 3200, endMs: 5200, text: 'what is this' }];
const replies = [{ input: 'what is this', output: 'a cup' }];
const call: Omit<Scenario, 'options'> = { user, tts: [{ text: 'a cup', audioMs: 1000 }], durationMs: 12_000 };
const errors = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []));

describe('a video input', () => {
  test('is looked at once a second while the user speaks, and once in 3 s otherwise', async () => {
    const { videoInput } = camera();
    const { llm } = seeing(replies);
    const times: number[] = [];
    await scenario({
      ...call,
      options: { llm },
      at: {
        0: (session, clock) =>
          session.updateIO({ videoInput: { ...videoInput, capture: () => (times.push(clock.now()), videoInput.capture()) } }),
      },
    });
    // Frames at 0 and 3,000; from 3,250, when the VAD has heard the voice, each second; after 5,700, when it has ended, each 3 s.
    expect(times).toEqual([0, 3000, 4000, 5000, 8000, 11_000]);
  });

  test('goes with the user’s message into the request, and not into the history', async () => {
    const { videoInput } = camera();
    const { llm, requests } = seeing(replies);
    const result = await scenario({ ...call, options: { llm }, io: { videoInput } });
    expect(requests).toEqual([['what is this [4]']]);
    expect(result.history).toEqual(['user: what is this', 'assistant: a cup']);
    const shown = result.session.history.messages('user').flatMap(({ content }) => content.map(({ type }) => type));
    expect(shown).toEqual(['text']);
  });

  test('is never asked for anything, nor shown, where the model cannot see', async () => {
    const { videoInput, count } = camera();
    const { llm, requests } = seeing(replies, false);
    await scenario({ ...call, options: { llm }, io: { videoInput } });
    expect(count()).toBe(0);
    expect(requests).toEqual([['what is this']]);
  });

  test('that was seen stays with its message when a model takes over that cannot see: it is not shown to that one', async () => {
    const { videoInput } = camera();
    const blind = seeing([{ input: 'again', output: 'no' }], false);
    const agent = new Agent({ instructions: '', llm: seeing(replies).llm });
    await scenario({
      ...call,
      agent,
      tts: [...(call.tts ?? []), { text: 'no', audioMs: 500 }],
      io: { videoInput },
      at: {
        8000: (session) => session.updateAgent(new Agent({ instructions: '', llm: blind.llm, chatContext: agent.chatContext })),
        9000: (session) => void session.generateReply({ userInput: 'again' }),
      },
    });
    expect(blind.requests).toEqual([['what is this', 'again']]);
  });

  test('is shown with the last three messages of the user only', async () => {
    const { videoInput } = camera();
    const words = ['one', 'two', 'three', 'four', 'five'];
    const { llm, requests } = seeing(words.map((input) => ({ input, output: input })));
    await scenario({
      tts: words.map((text) => ({ text, audioMs: 200 })),
      options: { llm },
      io: { videoInput },
      at: Object.fromEntries(
        words.map((word, index) => [1000 + index * 3000, (session) => void session.generateReply({ userInput: word })]),
      ),
      durationMs: 20_000,
    });
    expect(requests.at(-1)).toEqual(['one', 'two', 'three [3]', 'four [4]', 'five [5]']);
  });

  test('goes with a reply that is begun before the turn is over, too', async () => {
    const { videoInput } = camera();
    const { llm, requests } = seeing([...replies, { input: 'and now', output: 'a cup' }]);
    await scenario({
      ...call,
      options: { llm, preemptiveGeneration: true },
      io: { videoInput },
      at: { 9000: (session) => void session.generateReply({ userInput: 'and now' }) },
    });
    expect(requests).toEqual([['what is this [4]'], ['what is this [4]', 'and now [5]']]);
  });

  test('S173: can be replaced and taken away: what was seen before is not what is seen now', async () => {
    const [first, second] = [camera(), camera((count) => ({ data: Uint8Array.of(100 + count), mediaType: 'image/png' }))];
    const { llm, requests } = seeing(['one', 'two'].map((input) => ({ input, output: 'a cup' })));
    await scenario({
      tts: [{ text: 'a cup', audioMs: 200 }],
      options: { llm },
      io: { videoInput: first.videoInput },
      at: {
        1000: (session) => session.updateIO({ videoInput: second.videoInput }),
        2000: (session) => void session.generateReply({ userInput: 'one' }),
        4500: (session) => session.updateIO({ videoInput: null }),
        5000: (session) => void session.generateReply({ userInput: 'two' }),
      },
      durationMs: 9000,
    });
    expect(requests).toEqual([['one [101]'], ['one [101]', 'two']]);
    expect([first.count(), second.count()]).toEqual([1, 2]);
  });
});

describe('a video input that misbehaves', () => {
  const run = async (give: (count: number) => Frame | Promise<Frame>) => {
    const made = camera(give);
    const { llm, requests } = seeing(replies);
    const result = await scenario({ ...call, options: { llm }, io: { videoInput: made.videoInput }, durationMs: 20_000 });
    expect(result.history).toEqual(['user: what is this', 'assistant: a cup']);
    return { errors: errors(result), requests, count: made.count() };
  };

  test('by failing is told once, and looked at again', async () => {
    const { errors: told, requests } = await run((count) => {
      if (count < 4) throw new Error('no picture');
      return { data: Uint8Array.of(count), mediaType: 'image/jpeg' };
    });
    expect(told).toEqual(['no picture']);
    expect(requests).toEqual([['what is this [4]']]);
  });

  test('by never answering is told after 5 s, and not asked again', async () => {
    const { errors: told, requests, count } = await run(() => new Promise(() => {}));
    expect(told).toEqual(['the video input gave no frame within 5000 ms']);
    expect([requests, count]).toEqual([[['what is this']], 1]);
  });

  test('by a frame larger than any vendor takes is told, and the frame is not kept', async () => {
    const { errors: told, requests } = await run(() => ({ data: new Uint8Array(5_000_001), mediaType: 'image/png' }));
    expect(told).toEqual(['a video frame has at most 5000000 bytes, not 5000001']);
    expect(requests).toEqual([['what is this']]);
  });
});

describe('videoSampler', () => {
  const wrong = 'option "videoSampler" gave -1; it must give milliseconds, from 0 on';
  const samplers: readonly (readonly [VideoSampler | null, number, readonly string[]])[] = [
    [null, 0, []],
    [() => 500, 25, []],
    [() => Infinity, 0, []],
    [() => -1, 0, [wrong]],
  ];

  test.each(samplers)('%# decides how often', async (videoSampler, count, told) => {
    const made = camera();
    const { llm } = seeing(replies);
    const result = await scenario({ ...call, options: { llm, videoSampler }, io: { videoInput: made.videoInput } });
    expect(made.count()).toBe(count);
    expect([...new Set(errors(result))]).toEqual(told);
  });

  test('as often as it says: no more than 25 frames a second', async () => {
    const made = camera();
    const { llm } = seeing([]);
    await scenario({ options: { llm, videoSampler: () => 0 }, io: { videoInput: made.videoInput }, durationMs: 1000 });
    expect(made.count()).toBe(26);
  });
});
