import type { SessionState } from './session-state.js';

/**
 * What a session that is about to close has not finished, in words, as `speech-3 (working)` or `the user's turn`: for whoever asks why it
 * was not waited for any longer. Holds nothing of what was said.
 */
export function unfinishedWork({ floor, turn, releasedTools }: SessionState): readonly string[] {
  const speeches = floor.speeches.map(({ id, stage }) => `${id} (${stage})`);
  const isTurnOpen = turn.isSpeaking || turn.text !== '';
  const tools = releasedTools === 0 ? [] : [`${releasedTools} ${releasedTools === 1 ? 'tool' : 'tools'} that no turn waits for`];
  const known = [...speeches, ...(isTurnOpen ? ["the user's turn"] : []), ...tools];
  // Idle to the reducer: what has not ended is code of the application's, or a call that was cancelled.
  return known.length === 0 ? ['work that was begun'] : known;
}
