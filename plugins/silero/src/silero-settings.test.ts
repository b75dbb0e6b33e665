import { expect, test } from 'vitest';
import { speechRules } from './silero-settings.js';

test.each([
  { name: 'by default', settings: {}, request: {}, expected: { threshold: 0.5, offThreshold: 0.35, minSpeechMs: 64, minSilenceMs: 416 } },
  {
    name: 'from the settings',
    settings: { threshold: 0.7, offThreshold: 0.4, minSpeechMs: 96, minSilenceMs: 300 },
    request: {},
    expected: { threshold: 0.7, offThreshold: 0.4, minSpeechMs: 96, minSilenceMs: 300 },
  },
  {
    name: 'from the request first',
    settings: { threshold: 0.7, minSpeechMs: 96, minSilenceMs: 300 },
    request: { threshold: 0.6, minSpeechMs: 0, minSilenceMs: 50 },
    expected: { threshold: 0.6, offThreshold: 0.45, minSpeechMs: 0, minSilenceMs: 50 },
  },
  {
    name: 'with a floor under a low threshold',
    settings: { threshold: 0.1 },
    request: {},
    expected: { threshold: 0.1, offThreshold: 0.01, minSpeechMs: 64, minSilenceMs: 416 },
  },
  {
    name: 'never off above on',
    settings: { threshold: 0.8, offThreshold: 0.6 },
    request: { threshold: 0.4 },
    expected: { threshold: 0.4, offThreshold: 0.4, minSpeechMs: 64, minSilenceMs: 416 },
  },
])('the rules come $name', ({ settings, request, expected }) => {
  const rules = speechRules(settings, request);
  expect(rules.offThreshold).toBeCloseTo(expected.offThreshold, 10);
  expect(rules).toEqual({ ...expected, offThreshold: rules.offThreshold });
});

test.each([
  { settings: { threshold: 0 }, says: 'threshold is 0' },
  { settings: { threshold: 1.5 }, says: 'threshold is 1.5' },
  { settings: { threshold: Number.NaN }, says: 'threshold is NaN' },
  { settings: { offThreshold: 0.6 }, says: 'offThreshold is 0.6, above threshold 0.5' },
  { settings: { minSpeechMs: -1 }, says: 'minSpeechMs is -1' },
  { settings: { minSilenceMs: Infinity }, says: 'minSilenceMs is Infinity' },
  { settings: { minSilenceMs: 60_001 }, says: 'minSilenceMs is 60001' },
])('a setting out of range is refused: $says', ({ settings, says }) => {
  expect(() => speechRules(settings)).toThrow(
    expect.objectContaining({ kind: 'invalid-request', retryable: false, message: expect.stringContaining(says) }),
  );
});
