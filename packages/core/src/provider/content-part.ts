import type { AudioFrame } from './audio-frame.js';

export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image'; readonly data: Uint8Array | URL; readonly mediaType: string; readonly detail?: 'auto' | 'low' | 'high' }
  | { readonly type: 'audio'; readonly frames: readonly AudioFrame[]; readonly transcript?: string };
