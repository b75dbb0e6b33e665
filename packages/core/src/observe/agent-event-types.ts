import type { AgentEventType } from './agent-event.js';

const types: Readonly<Record<AgentEventType, true>> = {
  'agent-state-changed': true,
  'user-state-changed': true,
  'user-input-transcribed': true,
  'transcription-timeout': true,
  'turn-commit-overdue': true,
  'conversation-item-added': true,
  'speech-created': true,
  'tools-executed': true,
  'tool-updated': true,
  'tool-progress': true,
  'tool-reply-updated': true,
  'false-interruption': true,
  'turn-metrics': true,
  'usage-updated': true,
  recovered: true,
  dtmf: true,
  error: true,
  close: true,
};

/** @throws {TypeError} There is no such event, or the listener is no function: nobody would ever be told. */
export function checkListener(method: string, type: unknown, listener: unknown): void {
  const names = Object.keys(types);
  if (typeof type !== 'string' || !names.includes(type))
    throw new TypeError(`${method}: there is no event ${JSON.stringify(type)}; known are ${names.join(', ')}`);
  if (typeof listener !== 'function') throw new TypeError(`${method}: the listener for "${type}" is no function`);
}
