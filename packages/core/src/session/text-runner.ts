import type { TextInput } from '../provider/text-input.js';
import type { SessionContext } from './session-context.js';

/**
 * Reads what the caller writes beside speaking: a text is a turn of its own, and interrupts what may be interrupted; a dialled digit is
 * told as an event. Never rejects.
 */
export async function readText(context: SessionContext, input: TextInput): Promise<void> {
  const { session, core, report, signal } = context;
  try {
    for await (const message of input.messages) {
      if (signal.aborted || core.state.isClosing) return;
      if (message.type === 'dtmf') {
        core.emit({ type: 'dtmf', digit: message.digit });
      } else if (message.text.trim() !== '') {
        core.dispatch({ type: 'interrupt-requested', force: false });
        session.generateReply({ userInput: message.text });
      }
    }
  } catch (error) {
    if (!signal.aborted) report('session', error, true);
  }
}
