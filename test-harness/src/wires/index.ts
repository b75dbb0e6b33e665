import type { LLMWire } from '../wire/llm-wire.js';
import type { STTWire } from '../wire/stt-wire.js';
import type { TTSWire } from '../wire/tts-wire.js';
import { chatCompletions } from './openai/chat-completions.js';
import { speech } from './openai/speech.js';
import { transcription } from './openai/transcription.js';

/** The wires of OpenAI, which compatible servers speak too. */
export const openaiWires = { chatCompletions, speech, transcription } as const;

/** The wires that the kit brings, by the `provider` of the plugin that speaks them. */
export const wires: Readonly<Record<string, readonly (LLMWire | STTWire | TTSWire)[]>> = {
  openai: [chatCompletions, speech, transcription],
};
