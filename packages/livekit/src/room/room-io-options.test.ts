import { expect, test } from 'vitest';
import { checkRoomIOOptions } from './room-io-options.js';

const withUnknown = { participant: 'ada', text: true };
const callerWithUnknown = { kind: 'sip', identity: 'ada' };

test('an option that is none is refused by name, with those that are', () => {
  expect(() => checkRoomIOOptions(withUnknown)).toThrow(/no "participant"; known are input, output/);
  expect(() => checkRoomIOOptions({ caller: callerWithUnknown })).toThrow(/option "caller" has no "kind"; known are identity/);
});

test('an option out of range is refused with its value', () => {
  expect(() => checkRoomIOOptions({ output: { sampleRate: 96_000 } })).toThrow(
    /sampleRate is a whole number from 8000 to 48000, not 96000/,
  );
  expect(() => checkRoomIOOptions({ output: { networkLatencyMs: -1 } })).toThrow(/networkLatencyMs is milliseconds from 0 on, not -1/);
  expect(() => checkRoomIOOptions({ caller: { returnTimeoutMs: NaN } })).toThrow(/returnTimeoutMs is milliseconds from 0 on, not NaN/);
});

test('nothing, and null where it is allowed, is right', () => {
  expect(() => checkRoomIOOptions({ input: null, output: null, caller: null, text: null })).not.toThrow();
});
