import type { DetectorNeeds } from './turn-options.js';

/** What a turn detector was asked in the present pause, and what it said. */
export interface Prediction {
  readonly id: number;
  /** All that the user had said when it was asked. */
  readonly text: string;
  /** `finished` also where it failed: nobody is kept waiting for it. */
  readonly status: 'asked' | 'finished' | 'unfinished';
}

/**
 * Whether the detector has to be asked, again or at all: by sound once in a pause, by text once for each text.
 *
 * @param pause What the pause is about; text that is still interim is not worth a question.
 */
export function wantsPrediction(
  { hearsAudio, languages }: DetectorNeeds,
  before: Prediction | undefined,
  pause: { readonly text: string; readonly isInterim: boolean; readonly language: string | undefined },
): boolean {
  if (!speaks(languages, pause.language)) return false;
  if (hearsAudio) return before === undefined;
  return pause.text !== '' && !pause.isInterim && before?.text !== pause.text;
}

/** Whether a language of the user's is one of the detector's; one that nobody has told of may be any. */
export const speaks = (languages: readonly string[], language: string | undefined): boolean =>
  language === undefined || languages.includes('*') || languages.includes(language.split('-')[0]?.toLowerCase() ?? language);
