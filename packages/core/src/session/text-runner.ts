import type { TextInput } from '../provider/text-input.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import type { SessionContext } from './session-context.js';

/**
 * Reads what the caller writes beside speaking: a text is a turn of its own, and interrupts what may be interrupted; a dialled digit is
 * told as an event. Ends with the input, or when the signal fires. Never rejects.
 */
export async function readText(context: SessionContext, input: TextInput, signal: AbortSignal): Promise<void> {
  const { core, clock, report } = context;
  try {
    for await (const message of readUntilAbort(input.messages, { signal, clock })) {
      if (signal.aborted || core.state.isClosing) return;
      if (message.type === 'dtmf') {
        core.dispatch({ type: 'user-wrote' });
        core.emit({ type: 'dtmf', digit: message.digit });
      } else if (message.text.trim() !== '') answer(context, message.text);
    }
  } catch (error) {
    if (!signal.aborted) report('session', error, true);
  }
}

/** One message that cannot be answered does not keep the next one from being. */
function answer({ session, core, report }: SessionContext, text: string): void {
  try {
    core.dispatch({ type: 'interrupt-requested', force: false });
    session.generateReply({ userInput: text });
  } catch (error) {
    report('session', error, true);
  }
}
