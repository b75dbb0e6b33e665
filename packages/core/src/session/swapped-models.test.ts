import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { STT, STTRequest } from '../provider/stt.js';
import type { VAD } from '../provider/vad.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { scenario } from '../testing/scenario.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';

const hello = { startMs: 500, endMs: 2500, text: 'hello' };
const again = { startMs: 9000, endMs: 10_000, text: 'again' };

/** With the times at which it was opened. */
function counted(stt: STT): { readonly stt: STT; readonly openedMs: number[] } {
  const openedMs: number[] = [];
  const transcribe: STT['transcribe'] = (request) => {
    openedMs.push(request.clock.now());
    return stt.transcribe(request);
  };
  return { stt: { ...stt, transcribe }, openedMs };
}

class OwnEars extends Agent {
  override sttNode(request: STTRequest): ReturnType<Agent['sttNode']> {
    return super.sttNode(request);
  }
}

test('S064 the STT goes on at a hand-off if it is the same and neither agent has a node of its own; times stay those of the call', async () => {
  const { stt, openedMs } = counted(createScriptedSTT([hello, again]));
  const agent = (label: string) => new Agent({ instructions: '', label });
  const { events, history } = await scenario({
    user: [hello, again],
    agent: agent('A'),
    llm: ['hello', 'again'].map((input) => ({ input, output: '' })),
    options: { stt },
    at: {
      1500: (session) => session.updateAgent(agent('B')),
      5000: (session) => session.updateAgent(new OwnEars({ instructions: '', label: 'C' })),
      6000: (session) => session.updateAgent(agent('D')),
      7000: (session) => session.updateAgent(new Agent({ instructions: '', label: 'E', stt: createScriptedSTT([hello, again]) })),
    },
    durationMs: 12_000,
  });
  // For C, which has a node, and for D, which has none again; E listens with another one.
  expect(openedMs).toEqual([0, 5000, 6000]);
  expect(history).toEqual(['user: hello', 'user: again']);
  const times = events.flatMap(({ event }) =>
    event.type === 'turn-metrics' ? [[event.metrics.userStoppedAt, event.metrics.transcriptionDelayMs]] : [],
  );
  expect(times).toEqual([
    [2500, 200],
    [10_000, 200],
  ]);
});

test('S110 agent.updateOptions swaps what hears, thinks and speaks while the call runs; a swap that cannot be changes nothing', async () => {
  const problems = new ScriptProblems();
  const before = counted(createScriptedSTT([hello, again]));
  const after = counted(createScriptedSTT([hello, again]));
  let detected = 0;
  const scripted = createScriptedVAD();
  const vad: VAD = {
    ...scripted,
    detect: (request) => {
      detected += 1;
      return scripted.detect(request);
    },
  };
  const llm = { ...createScriptedLLM([{ input: 'again', output: 'by the other', outputTokens: 7 }], problems), provider: 'other' };
  const tts = { ...createScriptedTTS([{ text: 'by the other', audioMs: 500 }], problems), provider: 'other' };
  const agent = new Agent({ instructions: '' });
  const { history, events } = await scenario({
    user: [hello, again],
    agent,
    llm: [{ input: 'hello', output: 'by the first' }],
    tts: [{ text: 'by the first', audioMs: 500 }],
    options: { stt: before.stt },
    at: {
      5000: () => agent.updateOptions({ stt: after.stt, llm, tts, vad }),
      6000: () => {
        expect(() => agent.updateOptions({ stt: before.stt, llm: Object(tts) })).toThrow(/option "llm".*not "tts"/);
        expect(agent.options).toEqual({ stt: after.stt, llm, tts, vad });
      },
    },
    durationMs: 13_000,
  });
  expect(history).toEqual(['user: hello', 'assistant: by the first', 'user: again', 'assistant: by the other']);
  expect([before.openedMs, after.openedMs, detected]).toEqual([[0], [5000], 1]);
  expect(events.findLast(({ event }) => event.type === 'usage-updated')?.event).toMatchObject({
    usage: [{ kind: 'llm', provider: 'other' }],
  });
  problems.assertNone();
});

test('S110 before the start only what is given is set, and counts over the session’s', async () => {
  const agent = new Agent({ instructions: '', minEndpointingDelayMs: 100 });
  agent.updateOptions({ maxToolSteps: 1, minEndpointingDelayMs: undefined });
  expect(agent.options).toEqual({ minEndpointingDelayMs: 100, maxToolSteps: 1 });
  const { timeline } = await scenario({
    user: [hello],
    agent,
    llm: [{ input: 'hello', output: '' }],
    options: { minEndpointingDelayMs: 2000 },
    durationMs: 6000,
  });
  // The final comes 200 ms after the voice; the VAD tells of the end 500 ms after it.
  expect(timeline).toContain('3000 ms     history: user: hello');
});

test.each(['stt', 'vad'] as const)('a %s that is swapped in the midst of a voice does not make it two', async (kind) => {
  const agent = new Agent({ instructions: '' });
  const { userStates, history } = await scenario({
    agent,
    user: [hello],
    llm: [{ input: 'hello', output: '' }],
    at: { 1500: () => agent.updateOptions(kind === 'stt' ? { stt: createScriptedSTT([hello]) } : { vad: createScriptedVAD() }) },
    durationMs: 8000,
  });
  expect(userStates).toEqual(['550 speaking', '3000 listening']);
  expect(history).toEqual(['user: hello']);
});

test('a voice that ends as what hears it is swapped has ended then', async () => {
  const agent = new Agent({ instructions: '' });
  const { userStates } = await scenario({
    agent,
    user: [hello],
    llm: [{ input: 'hello', output: '' }],
    at: { 2600: () => agent.updateOptions({ vad: createScriptedVAD() }) },
    durationMs: 8000,
  });
  expect(userStates).toEqual(['550 speaking', '3100 listening']);
});
