import type { LLMWire } from '../wire/llm-wire.js';
import type { STTWire } from '../wire/stt-wire.js';
import type { TTSWire } from '../wire/tts-wire.js';

/** The wires that the kit brings, by the `provider` of the plugin that speaks them. */
export const wires: Readonly<Record<string, readonly (LLMWire | STTWire | TTSWire)[]>> = {};
