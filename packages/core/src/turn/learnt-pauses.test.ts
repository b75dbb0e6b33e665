import { describe, expect, test } from 'vitest';
import { learnAgentEnd, learnAgentStart, learnEnd, learnStart, learntDelayMs, type LearntPauses, nothingLearnt } from './learnt-pauses.js';

const bounds = { minMs: 300, maxMs: 1000, alpha: 0.5 };
const ended = (atMs: number, from: LearntPauses = nothingLearnt): LearntPauses => learnEnd(from, atMs, bounds);
const spoken = (from: LearntPauses, startMs: number, endMs: number): LearntPauses =>
  learnEnd(learnStart(from, startMs, bounds), endMs, bounds);
const delayMs = (pauses: LearntPauses): number => learntDelayMs(pauses, bounds);

describe('S051 dynamic endpointing', () => {
  test('learns a pause within a turn', () => {
    expect(delayMs(spoken(ended(100_000), 100_400, 100_500))).toBe(350);
  });

  test('takes an interruption right after the agent began for a pause, and stays within its bounds', () => {
    const once = spoken(learnAgentStart(ended(100_000), 100_200), 100_250, 100_500);
    expect(once.minDelayMs).toBe(300);
    const longer = spoken(learnAgentStart(ended(100_000), 100_600), 100_650, 100_900);
    expect(delayMs(longer)).toBe(475);
  });

  test('learns nothing from a second interruption in a row', () => {
    const once = spoken(learnAgentStart(ended(100_000), 100_600), 100_650, 100_900);
    const twice = spoken(learnAgentStart(once, 101_500), 101_550, 101_800);
    expect(delayMs(twice)).toBe(delayMs(once));
  });

  test('learns nothing from the pause between two turns, nor from a later interruption', () => {
    const newTurn = spoken(learnAgentEnd(learnAgentStart(ended(100_000), 100_200)), 100_900, 101_000);
    expect(newTurn.minDelayMs).toBeUndefined();
    const interruption = spoken(learnAgentStart(ended(100_000), 100_200), 100_900, 101_000);
    expect(interruption.minDelayMs).toBeUndefined();
  });

  test('learns nothing from a pause beyond the maximum, which is never learnt itself', () => {
    expect(spoken(ended(100_000), 101_100, 101_200).minDelayMs).toBeUndefined();
  });

  test('keeps to bounds that change: a minimum above the maximum is the maximum', () => {
    const learnt = { ...nothingLearnt, minDelayMs: 650 };
    expect(learntDelayMs(learnt, bounds)).toBe(650);
    expect(learntDelayMs(learnt, { ...bounds, maxMs: 500 })).toBe(500);
    expect(learntDelayMs(nothingLearnt, { minMs: 2000, maxMs: 1000 })).toBe(1000);
  });

  test('weighs what it knew nine to one if not told otherwise', () => {
    const plain = { minMs: 300, maxMs: 1000 };
    const pauses = learnEnd(learnStart(learnEnd(nothingLearnt, 0, plain), 800, plain), 900, plain);
    expect(learntDelayMs(pauses, plain)).toBeCloseTo(350, 9);
  });
});
