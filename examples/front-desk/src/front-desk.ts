import { Agent, tool } from '@parley/core';
import { z } from 'zod';
import { type BookingBook, days } from './booking-book.js';

const day = z.enum(days);
const time = z.string().describe('As it is said: eight, half past seven.');
const size = z.number().int().positive().describe('How many people.');

/** Answers the telephone of a small restaurant, and keeps its book. */
export class FrontDesk extends Agent {
  constructor(book: BookingBook) {
    super({
      instructions: 'You answer the telephone of the Copper Kettle, a restaurant. Be short and friendly. Repeat what you book.',
      tools: {
        opening_hours: tool({
          description: 'When the restaurant is open on a day of the week.',
          parameters: z.object({ day }),
          execute: (question) => book.openingHours(question.day),
        }),
        book_table: tool({
          description: 'Books a table, in the place of an earlier booking.',
          parameters: z.object({ day, time, size }),
          execute: (booking) => book.book(booking),
        }),
        change_time: tool({
          description: "Moves the caller's booking to another time.",
          parameters: z.object({ time }),
          execute: (change) => book.changeTime(change.time),
        }),
        show_booking: tool({ description: 'What the caller has booked.', execute: () => book.show() }),
        cancel_booking: tool({ description: "Gives the caller's table free.", execute: () => book.cancel() }),
      },
    });
  }

  override async onEnter(): Promise<void> {
    await this.session.say('Good evening, this is the Copper Kettle. How can I help you?');
  }
}
