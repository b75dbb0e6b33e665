import { channel } from 'node:diagnostics_channel';
import type { CallIO } from '../provider/call-io.js';

/** What is published on the channel `parley.session`. */
interface StartedSession {
  /** An `AgentSession`, whose events and options are there to be read. */
  readonly session: unknown;
  /** As it was given to `start`. */
  readonly io: CallIO;
}

const started = channel('parley.session');

/**
 * Tells whoever listens in this process that a session starts, before it has told anything: what records calls, shows or measures them sees
 * all sessions, and no agent has to know of it.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export function publishSession(message: StartedSession): void {
  if (started.hasSubscribers) started.publish(message);
}
