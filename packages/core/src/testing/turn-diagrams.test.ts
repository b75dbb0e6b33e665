import { readFile, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { ignoreBackchannels } from '../turn/interruption-policy.js';
import { agentTrack, detectorTrack, eventTrack, transcriptTrack, turnTrack, userTrack, voiceTrack } from './call-tracks.js';
import { drawTracks, type Track } from './draw-tracks.js';
import { scenario, type Scenario } from './scenario.js';

// The diagrams of docs/turn-taking.md: each is drawn from the call that stands here under its name. `npm run diagrams` puts them into the page.

const page = new URL('../../../../docs/turn-taking.md', import.meta.url);

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const noReply = (...inputs: readonly string[]) => inputs.map((input) => ({ input, output: '', ttftMs: 0, durationMs: 0 }));
const answer = 'long long answer with many words in it';
const spoken = {
  user: [{ startMs: 500, endMs: 2500, text: 'tell me more' }],
  llm: [{ input: 'tell me more', output: answer }],
  tts: [{ text: answer, audioMs: 10_000 }],
  options: { preemptiveGeneration: true },
} as const;
/** A call in which the agent already speaks when the caller says something more. */
const over = (said: NonNullable<Scenario['user']>[number], change: Partial<Scenario> = {}): Scenario => ({
  ...spoken,
  durationMs: 17_000,
  ...change,
  user: [...spoken.user, said],
  options: { ...spoken.options, ...change.options },
});

const diagrams: Readonly<Record<string, () => Promise<readonly Track[]>>> = {
  async 'the end of a turn'() {
    const result = await scenario({ user: hello, llm: noReply('hello'), durationMs: 5000 });
    return [voiceTrack(hello), transcriptTrack(result), userTrack(result), turnTrack(result)];
  },

  async 'the STT finds the end'() {
    const user = [...hello, { startMs: 2900, endMs: 3900, text: 'and more' }];
    const result = await scenario({
      user,
      stt: { speechEndDelayMs: 250 },
      llm: noReply('hello', 'and more'),
      options: { turnDetection: 'stt', minEndpointingDelayMs: 250 },
      durationMs: 7000,
    });
    return [voiceTrack(user), transcriptTrack(result), userTrack(result), turnTrack(result)];
  },

  async 'a turn ended by hand'() {
    const result = await scenario({
      user: hello,
      llm: noReply('hello'),
      options: { turnDetection: 'manual' },
      at: { 2400: (session) => session.commitUserTurn() },
      durationMs: 5000,
    });
    return [
      voiceTrack(hello),
      { name: 'you', points: [{ atMs: 2400, label: 'commitUserTurn()' }] },
      transcriptTrack(result),
      turnTrack(result),
    ];
  },

  async 'a turn detector expects more'() {
    const result = await scenario({
      user: hello,
      detector: { predictions: [{ probability: 0.1 }] },
      llm: noReply('hello'),
      options: { maxEndpointingDelayMs: 3000 },
      durationMs: 7000,
    });
    return [voiceTrack(hello), detectorTrack(result, ['not finished']), transcriptTrack(result), turnTrack(result)];
  },

  async 'speech without text'() {
    const user = [{ startMs: 500, endMs: 2500, text: '' }];
    const result = await scenario({ user, options: { transcriptionTimeoutMs: 2000 }, durationMs: 6000 });
    return [voiceTrack(user), eventTrack(result, { name: 'session', type: 'transcription-timeout', label: 'transcription-timeout' })];
  },

  async 'one speech after another'() {
    const labels = ['first', 'urgent', 'second'];
    const result = await scenario({
      tts: labels.map((text) => ({ text, audioMs: 1000 })),
      options: { minConsecutiveSpeechDelayMs: 300 },
      at: {
        0: (session) => {
          session.say('first');
          session.say('second');
          session.say('urgent', { priority: 1 });
        },
      },
      durationMs: 6000,
    });
    return [agentTrack(result, { labels })];
  },

  async 'replies begun early'() {
    const user = [{ startMs: 500, endMs: 2000, text: 'hello there', transcriptDelayMs: 100 }];
    const play = (preemptiveGeneration: boolean | { readonly tts: boolean }) =>
      scenario({
        user,
        llm: [{ input: 'hello there', output: 'hi' }],
        tts: [{ text: 'hi', audioMs: 1000, ttfbMs: 300 }],
        options: { preemptiveGeneration },
        durationMs: 6000,
      });
    const results = [await play({ tts: true }), await play(true), await play(false)] as const;
    const asked = results.map(({ llmCalls, played }) => ({ fromMs: llmCalls[0]?.atMs ?? NaN, toMs: played[0]?.startedMs ?? NaN }));
    const names = ['LLM and TTS before', 'LLM before', 'neither'];
    const silences = asked.map(({ fromMs, toMs }, index) => ({
      name: names[index] ?? '',
      spans: [{ fromMs, toMs }],
      points: [{ atMs: toMs, label: `heard, ${toMs - 2000} after the voice` }],
    }));
    return [voiceTrack(user), transcriptTrack(results[0]), turnTrack(results[0]), ...silences];
  },

  async 'the stages of a reply'() {
    const clock = new VirtualClock();
    class Slow extends Agent {
      override async onUserTurnCompleted(): Promise<void> {
        await sleep(250, { clock });
      }
    }
    const { events } = await scenario({
      clock,
      agent: new Slow({ instructions: '' }),
      user: hello,
      llm: [{ input: 'hello', output: 'hi there' }],
      tts: [{ text: 'hi there', audioMs: 1000 }],
      durationMs: 7000,
    });
    const [metrics] = events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
    const { userStoppedAt = NaN, endOfTurnDelayMs = NaN, hookMs = NaN, replyDelayMs = NaN, responseDelayMs = NaN } = metrics ?? {};
    const stages = { endOfTurnDelayMs, hookMs, replyDelayMs };
    let fromMs = userStoppedAt;
    const spans = Object.entries(stages).map(([label, lengthMs]) => {
      const span = { fromMs, toMs: fromMs + lengthMs, label };
      fromMs = span.toMs;
      return span;
    });
    const whole = { fromMs: userStoppedAt, toMs: userStoppedAt + responseDelayMs, label: 'responseDelayMs' };
    return [voiceTrack(hello), { name: 'stages', spans }, { name: 'silence', spans: [whole] }];
  },

  async 'words stop the agent'() {
    const script = over({ startMs: 5000, endMs: 6000, text: 'wait' }, { llm: [...spoken.llm, ...noReply('wait')] });
    const result = await scenario(script);
    return [voiceTrack(script.user ?? []), transcriptTrack(result), agentTrack(result), turnTrack(result)];
  },

  async 'noise costs no reply'() {
    const script = over({ startMs: 5000, endMs: 5800, text: '' });
    const result = await scenario(script);
    const goesOn = eventTrack(result, { name: 'session', type: 'false-interruption', label: 'false-interruption' });
    return [voiceTrack(script.user ?? []), userTrack(result), agentTrack(result, { labels: ['speaking', 'the rest'] }), goesOn];
  },

  async 'a backchannel'() {
    const script = over({ startMs: 5000, endMs: 5800, text: 'uh-huh' }, { options: { interruptionPolicy: ignoreBackchannels } });
    const result = await scenario(script);
    return [
      voiceTrack(script.user ?? []),
      transcriptTrack(result),
      turnTrack(result),
      agentTrack(result, { labels: ['speaking', 'the rest'] }),
    ];
  },

  async 'a protected speech'() {
    const user = [{ startMs: 1000, endMs: 2000, text: 'wait' }];
    const play = (discardAudioIfUninterruptible: boolean) =>
      scenario({
        user,
        llm: discardAudioIfUninterruptible ? [] : [{ input: 'wait', output: 'yes?' }],
        tts: [{ text: answer, audioMs: 4000 }, ...(discardAudioIfUninterruptible ? [] : [{ text: 'yes?', audioMs: 1000 }])],
        options: { discardAudioIfUninterruptible },
        at: { 300: (session) => void session.say(answer, { allowInterruptions: false }) },
        durationMs: 7000,
      });
    const labels = ['protected', 'yes?'];
    return [
      voiceTrack(user),
      agentTrack(await play(true), { name: 'discarded', labels }),
      agentTrack(await play(false), { name: 'kept', labels }),
    ];
  },
};

const block = (name: string, drawn: string): string => `<!-- diagram: ${name} -->\n\n\`\`\`text\n${drawn}\n\`\`\`\n\n<!-- /diagram -->`;
const blockPattern = /<!-- diagram: (?<name>[^>]*?) -->[^]*?<!-- \/diagram -->/gu;

test('the diagrams of docs/turn-taking.md show these calls, as they are played', async () => {
  const drawn = new Map<string, string>();
  for (const [name, draw] of Object.entries(diagrams)) drawn.set(name, block(name, drawTracks(await draw())));
  const text = await readFile(page, 'utf8');
  const isUpdate = process.env['UPDATE_DIAGRAMS'] === '1';
  const upToDate = text.replaceAll(blockPattern, (shown, name: string) => drawn.get(name) ?? shown);
  if (isUpdate) await writeFile(page, upToDate);
  const shown = [...(isUpdate ? upToDate : text).matchAll(blockPattern)].map(([found]) => found);
  // In the page's own order; if it differs: npm run diagrams.
  expect(new Set(shown)).toEqual(new Set(drawn.values()));
  expect(shown).toHaveLength(drawn.size);
});
