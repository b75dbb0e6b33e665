export type { LLMHeard, LLMStep, LLMWire } from './llm-wire.js';
export type { HeardItem, RealtimeHeard, RealtimeStep, RealtimeWire } from './realtime-wire.js';
export { type Play, type PlayedVendor, type PlayOptions, playVendor } from './play-vendor.js';
export type { STTHeard, STTStep, STTWire } from './stt-wire.js';
export type { ToolsetHeard, ToolsetStep, ToolsetWire } from './toolset-wire.js';
export type { TTSHeard, TTSStep, TTSWire } from './tts-wire.js';
export type { Oddity, VendorAddress, VendorCall, Wire, WireField } from './wire.js';
