import type { LocalRules } from './local-rules.js';

/** What the string form (`local/rules`) knows: enough to hear that a call works, and honest about the rest. */
export const defaultRules: LocalRules = {
  slots: { digit: ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine'] },
  rules: [
    {
      when: '(hello | hi | good morning | good evening) [there]',
      say: 'Hello. I work offline, by a few rules. Say help to hear what I know.',
    },
    {
      when: '(help | help me | what can i say | what can you do)',
      say: 'You can say hello, yes, no, a digit, thank you, or goodbye. I am no language model: an application gives me its own rules.',
    },
    { when: '(yes | no) [please | thank you | thanks]', say: 'I heard you.' },
    { when: '{digit}', say: 'I heard the number {digit}.' },
    { when: '(thank you | thanks) [very much]', say: 'You are welcome.' },
    { when: '(goodbye | bye | bye bye)', say: 'Goodbye.' },
  ],
  greeting: 'Hello. This is an offline demonstration. Say help to hear what I know.',
  otherwise: 'I did not understand that. Say help to hear what I know.',
};
