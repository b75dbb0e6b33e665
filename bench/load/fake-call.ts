import { Agent, AgentSession } from '@parley/core';
import type { AudioFrame } from '@parley/core/provider';
import { createFakeInput } from '../fakes/fake-input.js';
import { createFakeLLM } from '../fakes/fake-llm.js';
import { createFakeOutput, type OutputKind } from '../fakes/fake-output.js';
import { createFakeSTT } from '../fakes/fake-stt.js';
import { createFakeTTS, type FakeTTSOptions } from '../fakes/fake-tts.js';
import { createFakeVAD } from '../fakes/fake-vad.js';

export interface FakeCallOptions {
  readonly output: OutputKind;
  /** The first frame of a reply reached the output. */
  readonly onReply?: () => void;
  /** What the LLM answers; one sentence by default. */
  readonly reply?: string;
  /** 6 frames of 20 ms a sentence by default. */
  readonly voice?: FakeTTSOptions;
}

export interface FakeCall {
  readonly session: AgentSession;
  /** The caller is heard. */
  push(frame: AudioFrame): void;
  close(): Promise<void>;
}

/** A session as an application makes one, but for its providers, which answer at once, and an endpointing delay of 0. */
export async function startFakeCall(options: FakeCallOptions): Promise<FakeCall> {
  const audioInput = createFakeInput();
  const audioOutput = createFakeOutput({ kind: options.output, onFirstWrite: options.onReply ?? (() => {}) });
  const session = new AgentSession({
    vad: createFakeVAD(),
    stt: createFakeSTT(),
    llm: createFakeLLM(options.reply ?? 'We are open from nine to five.'),
    tts: createFakeTTS(options.voice ?? { framesPerSegment: 6 }),
    minEndpointingDelayMs: 0,
  });
  const agent = new Agent({ instructions: 'You answer the telephone of a small restaurant.' });
  await session.start({ agent, io: { audioInput, audioOutput } });
  return { session, push: (frame) => audioInput.push(frame), close: () => session.close() };
}
