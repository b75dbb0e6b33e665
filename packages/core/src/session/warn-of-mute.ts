import { Agent } from '../agent/agent.js';
import type { CallIO } from '../provider/call-io.js';
import type { Logger } from '../provider/logger.js';
import type { AgentSessionOptions } from './session-options.js';

/** Somebody listens, and nothing was said of a voice: most likely it was forgotten. `tts: null` says that there is to be none. */
export function warnOfMute(
  agent: Agent,
  { audioOutput }: CallIO,
  { options, logger }: { readonly options: AgentSessionOptions; readonly logger: Logger },
): void {
  const isForgotten = options.tts === undefined && agent.options.tts === undefined && agent.ttsNode === Agent.prototype.ttsNode;
  if (audioOutput === undefined || !isForgotten) return;
  logger.log(
    'warn',
    `there is an audio output, but no TTS for agent "${agent.label}": what it says is only written; give the session one (option "tts"), or null if that is meant`,
  );
}
