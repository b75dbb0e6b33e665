import { realClock } from '@parley/core';
import type { LLM, STT, TTS, VAD } from '@parley/core/provider';
import { inLockstep, type VirtualClock } from '@parley/core/testing';
import { createLocal } from '@parley/local';
import { createSilero } from '@parley/silero';
import { frontDeskRules } from './front-desk-rules.js';

/** All that listens, thinks and speaks in a call. */
export interface Models {
  readonly vad: VAD;
  readonly stt: STT;
  readonly llm: LLM;
  readonly tts: TTS;
  /** Loads what the first turn would otherwise wait for: about a second. */
  prewarm(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The models of the demo, which run on this machine without an account.
 *
 * @param clock A virtual clock stands still while they work, which takes real time.
 */
export function createModels(clock?: VirtualClock): Models {
  const local = createLocal(frontDeskRules);
  const models = { vad: createSilero(), stt: local.stt(), llm: local.llm(), tts: local.tts({ voice: 'rms' }) };
  const all = Object.values(models);
  return {
    ...(clock === undefined ? models : lockstep(models, clock)),
    async prewarm() {
      const { signal } = new AbortController();
      await Promise.all(all.map((model) => model.prewarm?.({ signal, clock: realClock }) ?? Promise.resolve()));
    },
    async close() {
      await Promise.all(all.map((model) => model.close?.() ?? Promise.resolve()));
    },
  };
}

function lockstep(
  { vad, stt, llm, tts }: Pick<Models, 'vad' | 'stt' | 'llm' | 'tts'>,
  clock: VirtualClock,
): Pick<Models, 'vad' | 'stt' | 'llm' | 'tts'> {
  return { vad: inLockstep(vad, clock), stt: inLockstep(stt, clock), llm: inLockstep(llm, clock), tts: inLockstep(tts, clock) };
}
