import { realClock } from '@parley/core';
import type { LLM, STT, TTS, VAD } from '@parley/core/provider';
import { inLockstep, type VirtualClock } from '@parley/core/testing';
import { createLocal } from '@parley/local';
import { createSilero } from '@parley/silero';
import type { VendorModels } from './demo-arguments.js';
import { frontDeskRules } from './front-desk-rules.js';

/** All that listens, thinks and speaks in a call. What is named is a vendor's: the session makes and closes it. */
export interface Models {
  readonly vad: VAD;
  readonly stt: STT | string;
  readonly llm: LLM | string;
  readonly tts: TTS | string;
  /** Loads what the first turn would otherwise wait for: about a second. */
  prewarm(): Promise<void>;
  close(): Promise<void>;
}

export interface ModelsOptions {
  /** A virtual clock stands still while the models work, which takes real time. */
  readonly clock?: VirtualClock | undefined;
  readonly vendors?: VendorModels | undefined;
}

/** The models of the demo: those that run on this machine without an account, but for those that are named. */
export function createModels({ clock, vendors = {} }: ModelsOptions = {}): Models {
  const local = createLocal(frontDeskRules);
  const used: (VAD | STT | LLM | TTS)[] = [];
  const own = <Model extends VAD | STT | LLM | TTS>(model: Model): Model => {
    used.push(model);
    return clock === undefined ? model : inLockstep(model, clock);
  };
  return {
    vad: own(createSilero()),
    stt: vendors.stt ?? own(local.stt()),
    llm: vendors.llm ?? own(local.llm()),
    tts: vendors.tts ?? own(local.tts({ voice: 'rms' })),
    async prewarm() {
      const { signal } = new AbortController();
      await Promise.all(used.map((model) => model.prewarm?.({ signal, clock: realClock }) ?? Promise.resolve()));
    },
    async close() {
      await Promise.all(used.map((model) => model.close?.() ?? Promise.resolve()));
    },
  };
}
