import type { LocalRules } from '@parley/local';
import { days } from './booking-book.js';

/**
 * What the local models understand and answer: they know these sentences and no others. A language model would need nothing of this but
 * the agent's instructions.
 */
export const frontDeskRules: LocalRules = {
  slots: {
    day: days,
    size: { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6, seven: 7, eight: 8 },
    time: ['noon', 'one', 'two', 'six', 'half past six', 'seven', 'half past seven', 'eight', 'half past eight', 'nine', 'ten'],
  },
  rules: [
    { when: ['[hello] (when | what time) do you open on {day}', '[hello] are you open on {day}'], call: 'opening_hours' },
    {
      when: "[hello] (i would like to | i want to | can i) book a table for {size} [people] on {day} at {time} [o'clock] [please]",
      call: 'book_table',
      then:
        'Thank you. {output} We keep your table for half an hour. If you come later than that, please call us again, and we will see what ' +
        'we can do. In the summer you can also sit in the garden, if the evening is warm.',
    },
    { when: "[no] [sorry] make it {time} [o'clock] [please]", call: 'change_time', then: 'Of course. {output}' },
    { when: 'what (did i book | have i booked)', call: 'show_booking' },
    { when: '[please] cancel my (booking | table) [please]', call: 'cancel_booking' },
    { when: ['[that is all] thank you [goodbye]', 'goodbye'], say: 'Thank you for calling. Goodbye.' },
  ],
  otherwise: 'I am sorry, I did not understand that. You can ask when we are open, or book a table.',
};
