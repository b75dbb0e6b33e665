import { expect, test } from 'vitest';
import { type TranscriptPart, TranscriptSteps } from './transcript-steps.js';

const stepsOf = (...parts: TranscriptPart[]) => {
  const steps = new TranscriptSteps();
  return parts.map((part) => steps.next(part));
};
const agent = (text: string, final = false): TranscriptPart => ({ speaker: 'agent', segmentId: 'a', text, final });
const user = (text: string, final = false): TranscriptPart => ({ speaker: 'user', segmentId: 'u', text, final });
const whole = (part: TranscriptPart) => ({ type: 'whole', ...part });

test("the user's words go whole, each time anew", () => {
  const parts = [user('a ta'), user('a table'), user('A table.', true)];
  expect(stepsOf(...parts)).toEqual(parts.map((part) => [whole(part)]));
});

test("the agent's words go as they are spoken, and once more whole when they are final", () => {
  const done = agent('Good day.', true);
  expect(stepsOf(agent('Good'), agent('Good day.'), done)).toEqual([
    [{ type: 'more', segmentId: 'a', text: 'Good' }],
    [{ type: 'more', segmentId: 'a', text: ' day.' }],
    [{ type: 'close', segmentId: 'a' }, whole(done)],
  ]);
});

test('what was not heard after all is gone from the final text', () => {
  const cut = agent('Good', true);
  expect(stepsOf(agent('Good day'), cut)[1]).toEqual([{ type: 'close', segmentId: 'a' }, whole(cut)]);
});

test('words that change go whole from then on', () => {
  const changed = agent('Good evening');
  const more = agent('Good evening to you');
  const done = agent('Good evening to you', true);
  expect(stepsOf(agent('Good day'), changed, more, done).slice(1)).toEqual([
    [{ type: 'close', segmentId: 'a' }, whole(changed)],
    [whole(more)],
    [whole(done)],
  ]);
});

test('a segment that is final at once has no stream to close', () => {
  const done = agent('Yes.', true);
  expect(stepsOf(done)).toEqual([[whole(done)]]);
});
