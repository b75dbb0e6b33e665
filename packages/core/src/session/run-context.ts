import type { RunContext } from '../agent/session.js';
import { Filler } from './filler.js';
import type { ToolRun } from './tool-run.js';

/** What a tool is told of its call, and what it may ask for. */
export function makeRunContext(run: ToolRun, foreground: <T>(run: ToolRun, work: () => T | Promise<T>) => Promise<T>): RunContext {
  const { context, speech, call } = run.options;
  const { session } = context;
  const { callId, name, argumentsJson } = call;
  return {
    session,
    get userData() {
      return session.userData;
    },
    speechHandle: speech,
    functionCall: { callId, name, argumentsJson },
    toolCallId: callId,
    signal: run.signal,
    waitForPlayout: () => speech.waitForPlayout(),
    disallowInterruptions() {
      if (speech.interrupted) throw new Error(`speech ${speech.id} was interrupted already`);
      speech.allowInterruptions = false;
    },
    update: (progress) => run.update(progress),
    filler: (source, options = {}) => new Filler(context, run, { source, options }),
    foreground: (work) => foreground(run, work),
  };
}
