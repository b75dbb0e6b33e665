import { isToolError } from '@parley/core';
import { expect, test } from 'vitest';
import { BookingBook } from './booking-book.js';

function bookWithTable(): BookingBook {
  const book = new BookingBook();
  book.book({ day: 'friday', time: 'seven', size: 4 });
  return book;
}

/** What a tool says that cannot do what was asked. */
function refusal(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (isToolError(error)) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
}

test('a booking stands in the book, and is repeated in all its parts', () => {
  const book = new BookingBook();
  expect(book.book({ day: 'friday', time: 'seven', size: 4 })).toBe('You have a table for four on Friday at seven.');
  expect(book.booking).toEqual({ day: 'friday', time: 'seven', size: 4 });
  expect(book.show()).toBe('You have a table for four on Friday at seven.');
});

test('a change of time leaves the rest of the booking', () => {
  const book = bookWithTable();
  expect(book.changeTime('eight')).toBe('You have a table for four on Friday at eight.');
  expect(book.booking).toEqual({ day: 'friday', time: 'eight', size: 4 });
});

test('what cannot be booked is refused with the reason, and an earlier booking stays', () => {
  const book = bookWithTable();
  expect(refusal(() => book.book({ day: 'monday', time: 'seven', size: 4 }))).toContain('on Monday we are closed');
  expect(refusal(() => book.book({ day: 'sunday', time: 'seven', size: 12 }))).toContain('our largest table is for eight');
  expect(book.booking?.day).toBe('friday');
});

test('without a booking there is nothing to change, show or cancel', () => {
  const book = new BookingBook();
  for (const action of [() => book.changeTime('eight'), () => book.show(), () => book.cancel()]) {
    expect(refusal(action)).toContain('no table in your name');
  }
  expect(book.booking).toBeUndefined();
});

test('a cancelled table is no longer in the book', () => {
  const book = bookWithTable();
  expect(book.cancel()).toBe('Your table on Friday is cancelled.');
  expect(book.booking).toBeUndefined();
});

test('each day has its hours, and on Monday nobody is there', () => {
  const book = new BookingBook();
  expect(book.openingHours('sunday')).toBe('On Sunday we are open from noon until ten in the evening.');
  expect(book.openingHours('tuesday')).toBe('On Tuesday we are open from six until eleven in the evening.');
  expect(book.openingHours('monday')).toBe('On Monday we are closed.');
});
