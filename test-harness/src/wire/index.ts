export type { LLMHeard, LLMStep, LLMWire } from './llm-wire.js';
export { type Play, type PlayedVendor, playVendor } from './play-vendor.js';
export type { STTHeard, STTStep, STTWire } from './stt-wire.js';
export type { TTSHeard, TTSStep, TTSWire } from './tts-wire.js';
export type { Oddity, VendorAddress, VendorCall, Wire } from './wire.js';
