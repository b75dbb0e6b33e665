import type { LLMWire } from '../wire/llm-wire.js';
import type { STTWire } from '../wire/stt-wire.js';
import type { TTSWire } from '../wire/tts-wire.js';
import { flux } from './deepgram/flux.js';
import { listen } from './deepgram/listen.js';
import { speak } from './deepgram/speak.js';
import { speakRest } from './deepgram/speak-rest.js';
import { httpSpeech } from './elevenlabs/http-speech.js';
import { multiContextSpeech } from './elevenlabs/multi-context-speech.js';
import { scribeRealtime } from './elevenlabs/scribe-realtime.js';
import { chatCompletions } from './openai/chat-completions.js';
import { responses } from './openai/responses.js';
import { speech } from './openai/speech.js';
import { transcription } from './openai/transcription.js';

/** The wires of OpenAI, which compatible servers speak too. */
export const openaiWires = { chatCompletions, responses, speech, transcription } as const;

/** The wires of Deepgram: recognition of both generations, speech over sockets and over requests. */
export const deepgramWires = { listen, flux, speak, speakRest } as const;

/** The wires of ElevenLabs. */
export const elevenLabsWires = { multiContextSpeech, httpSpeech, scribeRealtime } as const;

/** The wires that the kit brings, by the `provider` of the plugin that speaks them. */
export const wires: Readonly<Record<string, readonly (LLMWire | STTWire | TTSWire)[]>> = {
  deepgram: [listen, flux, speak, speakRest],
  elevenlabs: [multiContextSpeech, httpSpeech, scribeRealtime],
  openai: [chatCompletions, responses, speech, transcription],
};
