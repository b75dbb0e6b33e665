import type { ContentPart } from '../provider/content-part.js';

/** Text of a message: its text parts and the transcripts of its audio parts, one after another. */
export function textOf(content: readonly ContentPart[]): string {
  return content.map((part) => (part.type === 'text' ? part.text : part.type === 'audio' ? (part.transcript ?? '') : '')).join('');
}
