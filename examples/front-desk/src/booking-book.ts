import { ToolError } from '@parley/core';

export const days = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Day = (typeof days)[number];

export interface Booking {
  readonly day: Day;
  /** As it is said: `eight`, `half past seven`. */
  readonly time: string;
  /** People, from 1 on. */
  readonly size: number;
}

/** The largest table. */
const mostPeople = 8;

/**
 * The restaurant's book, as far as one caller is concerned: at most one table. Each answer is a sentence that can be said as it is, and
 * repeats what stands in the book, so that the caller hears a mistake. What cannot be done is a `ToolError`, which says why.
 */
export class BookingBook {
  #booking: Booking | undefined;

  /** What stands in the book for this caller. */
  get booking(): Booking | undefined {
    return this.#booking;
  }

  openingHours(day: Day): string {
    if (day === 'monday') return 'On Monday we are closed.';
    const hours = day === 'sunday' ? 'from noon until ten in the evening' : 'from six until eleven in the evening';
    return `On ${named(day)} we are open ${hours}.`;
  }

  /**
   * Writes a booking, in the place of the caller's earlier one.
   *
   * @throws {ToolError} The restaurant is closed on that day, or has no such table.
   */
  book(booking: Booking): string {
    if (booking.day === 'monday') throw new ToolError('I am sorry, on Monday we are closed. Would another day be fine?');
    if (booking.size > mostPeople) throw new ToolError(`I am sorry, our largest table is for ${counted(mostPeople)}.`);
    this.#booking = booking;
    return this.show();
  }

  /** @throws {ToolError} The caller has no table. */
  changeTime(time: string): string {
    this.#booking = { ...this.#found(), time };
    return this.show();
  }

  /** @throws {ToolError} The caller has no table. */
  cancel(): string {
    const { day } = this.#found();
    this.#booking = undefined;
    return `Your table on ${named(day)} is cancelled.`;
  }

  /** What stands in the book for this caller. @throws {ToolError} The caller has no table. */
  show(): string {
    const { day, time, size } = this.#found();
    return `You have a table for ${counted(size)} on ${named(day)} at ${time}.`;
  }

  #found(): Booking {
    if (this.#booking === undefined) throw new ToolError('I am sorry, there is no table in your name.');
    return this.#booking;
  }
}

const numberWords = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'] as const;

function counted(people: number): string {
  return numberWords[people] ?? String(people);
}

function named(day: Day): string {
  return day.charAt(0).toUpperCase() + day.slice(1);
}
