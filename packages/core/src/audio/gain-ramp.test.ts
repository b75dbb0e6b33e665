import { expect, test } from 'vitest';
import { GainRamp } from './gain-ramp.js';

const constant = (length: number) => new Int16Array(length).fill(1000);

test('it begins silent, and gets louder in a straight line, sample by sample, over all that it is given', () => {
  const ramp = new GainRamp(1000);
  const sum = new Float32Array(8);
  ramp.add(constant(1), sum, 0);
  ramp.moveTo(0.5, 4);
  ramp.add(constant(2), sum, 1);
  ramp.add(constant(5), sum, 3);
  expect([...sum]).toEqual([0, 125, 250, 375, 500, 500, 500, 500]);
});

test('it turns back from where it is', () => {
  const ramp = new GainRamp(1000);
  const sum = new Float32Array(6);
  ramp.moveTo(1, 4);
  ramp.add(constant(2), sum, 0);
  ramp.moveTo(0, 2);
  ramp.add(constant(4), sum, 2);
  expect([...sum]).toEqual([250, 500, 250, 0, 0, 0]);
});

test('without time it is there with the next sample', () => {
  const ramp = new GainRamp(1000);
  const sum = new Float32Array(1);
  ramp.moveTo(2, 0);
  ramp.add(constant(1), sum, 0);
  expect([...sum]).toEqual([2000]);
});
