import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { APIConnectionError } from '../provider/api-error.js';
import type { AudioOutput } from '../provider/audio-output.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { createScriptedOutput } from '../testing/scripted-output.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { inShort } from '../chat/in-short.js';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

const gone = new Error('the loudspeaker is gone');
const fail = (): never => {
  throw gone;
};

/** A call of two questions, the second one over the answer to the first, on an output whose methods may fail. */
async function callOn(breakIt: (output: AudioOutput, clock: VirtualClock) => Partial<AudioOutput>) {
  const clock = new VirtualClock();
  const problems = new ScriptProblems();
  const user = [
    { startMs: 500, endMs: 1500, text: 'hello' },
    { startMs: 5000, endMs: 6000, text: 'wait now' },
  ];
  const llm = createScriptedLLM(
    [
      { input: 'hello', output: 'a long answer of many words' },
      { input: 'wait now', output: 'good' },
    ],
    problems,
  );
  const sorry = ['Sorry, something went wrong.', 'Could you say that again?'].map((text) => ({ text, audioMs: 500 }));
  const tts = createScriptedTTS(
    [{ text: 'a long answer of many words', audioMs: 8000 }, { text: 'good', audioMs: 1000 }, ...sorry],
    problems,
  );
  const whole = createScriptedOutput(clock);
  const audioOutput: AudioOutput = {
    sampleRate: whole.sampleRate,
    channels: whole.channels,
    latencyMs: 0,
    write: (segmentId, frame) => whole.write(segmentId, frame),
    end: (segmentId) => whole.end(segmentId),
    clear: () => whole.clear(),
    events: whole.events,
    [Symbol.asyncDispose]: () => whole[Symbol.asyncDispose](),
    ...breakIt(whole, clock),
  };
  const session = new AgentSession({ vad: createScriptedVAD(), stt: createScriptedSTT(user), llm, tts, clock });
  const told: string[] = [];
  session.on('error', ({ source, error, recoverable }) => told.push(`${clock.now()} ${source} ${error.message} ${recoverable}`));
  await clock.runUntil(
    session.start({ agent: new Agent({ instructions: '' }), io: { audioInput: createScriptedInput(user), audioOutput } }),
  );
  await clock.advanceTo(20_000);
  const history = session.history.items.slice(1).map(inShort);
  const { agentState } = session;
  await clock.runUntil(session.close());
  clock.assertIdle();
  return { told, history, agentState, played: whole.played };
}

describe('an output', () => {
  test('whose clear() throws ends the reply with an error event, and the next turn is answered', async () => {
    const { told, history, agentState } = await callOn(() => ({ clear: fail }));
    expect(told).toEqual(['5500 audio-output the loudspeaker is gone false']);
    expect(history.at(0)).toBe('user: hello');
    expect(history.slice(-2)).toEqual(['user: wait now', 'assistant: good']);
    expect(agentState).toBe('listening');
  });

  test('whose write() throws once costs that reply: the caller is told, and the next turn is answered', async () => {
    let writes = 0;
    const { told, history } = await callOn((output) => ({
      write: (segmentId, frame) => ((writes += 1) === 1 ? fail() : output.write(segmentId, frame)),
    }));
    expect(told).toEqual(['2500 audio-output the loudspeaker is gone false']);
    expect(history).toEqual(['user: hello', 'user: wait now', 'assistant: good']);
  });

  test('whose write() rejects once costs that reply', async () => {
    let writes = 0;
    const { told, history } = await callOn((output) => ({
      write: (segmentId, frame) => ((writes += 1) === 1 ? Promise.reject(gone) : output.write(segmentId, frame)),
    }));
    expect(told).toEqual(['2500 audio-output the loudspeaker is gone false']);
    expect(history.slice(-2)).toEqual(['user: wait now', 'assistant: good']);
  });

  test('whose end() always throws costs each reply what was not heard yet, and nobody waits for it', async () => {
    const { told, agentState } = await callOn(() => ({ end: fail }));
    expect(told.map((line) => line.replace(/^\d+ /, ''))).toContain('audio-output the loudspeaker is gone false');
    expect(agentState).toBe('listening');
  });
});

test('a retry that fails too is not told as a recovery', async () => {
  let calls = 0;
  const lost = new APIConnectionError('reset', { provider: 'scripted' });
  class Flaky extends Agent {
    override async *llmNode(request: Parameters<Agent['llmNode']>[0]) {
      calls += 1;
      if (calls < 3) throw lost;
      yield* super.llmNode(request);
    }
  }
  const { events } = await scenario({
    user: [{ startMs: 500, endMs: 1500, text: 'hello' }],
    agent: new Flaky({ instructions: '' }),
    llm: [{ input: 'hello', output: 'hi' }],
    tts: [{ text: 'hi', audioMs: 500 }],
    durationMs: 9000,
  });
  const told = events.flatMap(({ atMs, event }) => (event.type === 'error' || event.type === 'recovered' ? [`${atMs} ${event.type}`] : []));
  expect(told).toEqual(['2000 error', '2100 error', '4200 recovered']);
});
