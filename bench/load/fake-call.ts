import { Agent, AgentSession } from '@parley/core';
import type { VAD } from '@parley/core/provider';
import { createFakeInput } from '../fakes/fake-input.js';
import { createFakeLLM } from '../fakes/fake-llm.js';
import { createFakeOutput } from '../fakes/fake-output.js';
import { createFakeSTT } from '../fakes/fake-stt.js';
import { createFakeTTS } from '../fakes/fake-tts.js';
import { createFakeVAD } from '../fakes/fake-vad.js';
import { type BenchCall, type BenchCallOptions, defaultMinInterruptionMs, defaultReply, defaultVoice } from './bench-call.js';

export interface FakeCallOptions extends BenchCallOptions {
  /** In place of the fake one; then the STT decides when a turn is over, as real VADs answer later than at once. */
  readonly vad?: VAD;
}

export interface FakeCall extends BenchCall {
  readonly session: AgentSession;
}

const nothing = () => {};

/** A session as an application makes one, but for its providers, which answer at once, and an endpointing delay of 0. */
export async function startFakeCall(options: FakeCallOptions): Promise<FakeCall> {
  const audioInput = createFakeInput();
  const audioOutput = createFakeOutput({
    kind: options.output,
    onFirstWrite: options.onReply ?? nothing,
    onClear: options.onClear ?? nothing,
  });
  const session = new AgentSession({
    vad: options.vad ?? createFakeVAD(),
    turnDetection: options.vad === undefined ? 'vad' : 'stt',
    stt: createFakeSTT(),
    llm: createFakeLLM(options.reply ?? defaultReply),
    tts: createFakeTTS(options.voice ?? defaultVoice),
    minEndpointingDelayMs: 0,
    minInterruptionDurationMs: options.minInterruptionMs ?? defaultMinInterruptionMs,
    falseInterruptionTimeoutMs: null,
    resumeFalseInterruption: false,
  });
  const agent = new Agent({ instructions: 'You answer the telephone of a small restaurant.' });
  await session.start({ agent, io: { audioInput, audioOutput } });
  return { session, push: (frame) => audioInput.push(frame), close: () => session.close() };
}
