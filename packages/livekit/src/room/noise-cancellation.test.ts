import { type AudioFrame, FrameProcessor } from '@livekit/rtc-node';
import type { JobParticipant } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { NoiseFilters } from './noise-cancellation.js';

class Filter extends FrameProcessor<AudioFrame> {
  closed = 0;
  isEnabled = () => true;
  setEnabled() {}
  process(frame: AudioFrame) {
    return frame;
  }
  close() {
    this.closed += 1;
  }
}

const caller: JobParticipant = { identity: 'ada', name: '', kind: 'sip', attributes: {}, metadata: '' };

test('S175: a filter that was given is not closed with a track, but with the call', () => {
  const filter = new Filter();
  const filters = new NoiseFilters(filter);
  expect(filters.optionsFor(caller)).toEqual({ noiseCancellation: filter, autoCloseNoiseCancellation: false });
  expect(filter.closed).toBe(0);
  filters.close();
  expect(filter.closed).toBe(1);
});

test('S175: a filter that was made for a track is closed with it, by the library', () => {
  const made: Filter[] = [];
  const filters = new NoiseFilters(({ kind }) => {
    if (kind !== 'sip') return undefined;
    made.push(new Filter());
    return made.at(-1);
  });
  expect(filters.optionsFor(caller)).toEqual({ noiseCancellation: made[0], autoCloseNoiseCancellation: true });
  expect(filters.optionsFor({ ...caller, kind: 'standard' })).toEqual({});
  filters.close();
  expect(made.map(({ closed }) => closed)).toEqual([0]);
});
