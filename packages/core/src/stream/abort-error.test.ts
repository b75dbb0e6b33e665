import { expect, test } from 'vitest';
import { AbortError, isAbortError } from './abort-error.js';

test('is an Error named AbortError', () => {
  expect(new AbortError()).toBeInstanceOf(Error);
  expect([new AbortError().name, new AbortError('why').message]).toEqual(['AbortError', 'why']);
});

test.each([
  ['our own', new AbortError(), true],
  ['the platform’s', AbortSignal.abort().reason, true],
  ['another error', new Error('AbortError'), false],
  ['a timeout', new DOMException('slow', 'TimeoutError'), false],
  ['no error at all', { name: 'AbortError' }, false],
  ['nothing', undefined, false],
])('%s: %o', (_name, error, expected) => {
  expect(isAbortError(error)).toBe(expected);
});
