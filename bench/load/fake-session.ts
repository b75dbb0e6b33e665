import { Agent, AgentSession } from '@parley/core';
import type { AudioFrame, VAD } from '@parley/core/provider';
import { createFakeLLM } from '../fakes/fake-llm.js';
import { createFakeSTT } from '../fakes/fake-stt.js';
import { createFakeTTS } from '../fakes/fake-tts.js';
import { createFakeVAD } from '../fakes/fake-vad.js';
import { type BenchCallOptions, defaultMinInterruptionMs, defaultReply, defaultVoice } from './bench-call.js';

export interface FakeSessionOptions extends Pick<BenchCallOptions, 'reply' | 'voice' | 'minInterruptionMs'> {
  /** In place of the fake one; then the STT decides when a turn is over, as real VADs answer later than at once. */
  readonly vad?: VAD;
  /** What the fakes take for voice. */
  readonly hears?: (frame: AudioFrame) => boolean;
}

/** A session as an application makes one, but for its providers, which answer at once, and an endpointing delay of 0. */
export function createFakeSession(options: FakeSessionOptions): AgentSession {
  return new AgentSession({
    vad: options.vad ?? createFakeVAD(options.hears),
    turnDetection: options.vad === undefined ? 'vad' : 'stt',
    stt: createFakeSTT(options.hears),
    llm: createFakeLLM(options.reply ?? defaultReply),
    tts: createFakeTTS(options.voice ?? defaultVoice),
    minEndpointingDelayMs: 0,
    minInterruptionDurationMs: options.minInterruptionMs ?? defaultMinInterruptionMs,
    falseInterruptionTimeoutMs: null,
    resumeFalseInterruption: false,
  });
}

export const createFakeAgent = (): Agent => new Agent({ instructions: 'You answer the telephone of a small restaurant.' });
