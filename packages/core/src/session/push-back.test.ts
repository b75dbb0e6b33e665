import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { createPacedAudioOutput } from '../call-io/paced-output.js';
import type { LLM } from '../provider/llm.js';
import type { TTS } from '../provider/tts.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

const sentence = 'This is one more sentence of it. ';
const second = { samples: new Int16Array(16_000).fill(9), sampleRate: 16_000, channels: 1, atMs: 0 };
const scriptedTTS = createScriptedTTS([], new ScriptProblems());

/** One second of audio for each segment, or, if it is endless, for ever. */
function createTTS(isEndless = false): { readonly tts: TTS; readonly given: () => number } {
  let given = 0;
  const tts: TTS = {
    ...scriptedTTS,
    capabilities: { ...scriptedTTS.capabilities, sampleRates: [16_000] },
    async *synthesize({ text, signal }) {
      for await (const { type, segmentId } of text) {
        if (type !== 'flush') continue;
        do {
          given += 1;
          yield { type: 'audio', segmentId, frame: second };
        } while (isEndless && !signal.aborted);
        yield { type: 'segment-end', segmentId };
      }
    },
  };
  return { tts, given: () => given };
}

/** Writes without ever waiting, until it is to end; its receipt comes then. */
function createEndlessLLM(piece = sentence): { readonly llm: LLM; readonly written: () => number } {
  let written = 0;
  const llm: LLM = {
    ...createScriptedLLM([], new ScriptProblems()),
    async *generate({ signal }) {
      while (!signal.aborted) {
        written += piece.length;
        yield { type: 'text-delta', text: piece };
      }
      yield { type: 'usage', usage: { outputTokens: 7 } };
    },
  };
  return { llm, written: () => written };
}

async function start(options: { readonly llm?: LLM; readonly tts?: TTS }) {
  const clock = new VirtualClock();
  const session = new AgentSession({ clock, ...options, logger: { log: () => {} } });
  const errors: string[] = [];
  session.on('error', ({ error }) => errors.push(error.message));
  const audioOutput = createPacedAudioOutput({ clock, sampleRate: 16_000, onAudio: () => {} });
  await session.start({ agent: new Agent({ instructions: '' }), io: options.tts === undefined ? {} : { audioOutput } });
  return { clock, session, errors };
}

test('an LLM that writes on is read no further than what is to be spoken, and is stopped when it is interrupted', async () => {
  const { llm, written } = createEndlessLLM();
  const { clock, session, errors } = await start({ llm, tts: createTTS().tts });
  const usage: unknown[] = [];
  session.on('usage-updated', (event) => usage.push(event.usage.find(({ kind }) => kind === 'llm')?.usage.outputTokens));
  session.generateReply();
  await clock.advanceTo(20_000);
  expect(written()).toBeGreaterThan(100_000);
  expect(written()).toBeLessThan(105_000);
  await clock.advanceTo(40_000);
  // 20 more sentences were spoken.
  expect(written()).toBeLessThan(106_000);
  session.interrupt();
  await clock.advanceTo(41_000);
  expect({ usage, state: session.agentState, errors }).toEqual({ usage: [7], state: 'listening', errors: [] });
  await clock.runUntil(session.close());
});

test('a text that is given to be said in pieces without end is read no further than what is to be spoken', async () => {
  const { clock, session } = await start({ tts: createTTS().tts });
  let given = 0;
  const pieces = async function* () {
    for (;;) {
      given += sentence.length;
      yield sentence;
    }
  };
  session.say(pieces());
  await clock.advanceTo(20_000);
  expect(given).toBeLessThan(105_000);
  await clock.runUntil(session.close());
});

test('a TTS that goes on in one segment is read no further than a minute beyond what is played', async () => {
  const { tts, given } = createTTS(true);
  const { clock, session } = await start({ tts });
  const speech = session.say('Hello there, my friend.');
  await clock.advanceTo(20_000);
  expect(given()).toBeGreaterThan(75);
  expect(given()).toBeLessThan(85);
  speech.interrupt();
  await clock.advanceTo(21_000);
  expect(session.agentState).toBe('listening');
  await clock.runUntil(session.close());
});

test('without a voice, a reply that has no end is ended', async () => {
  const { clock, session, errors } = await start({ llm: createEndlessLLM(sentence.repeat(40)).llm });
  session.generateReply();
  await clock.advanceTo(1000);
  expect(errors).toEqual(['scripted: wrote more than 300000 characters for one reply']);
  await clock.runUntil(session.close());
});
