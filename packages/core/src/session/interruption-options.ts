import { interruptByDurationAndWords } from '../turn/interruption-policy.js';
import type { TurnOptions } from '../turn/turn-options.js';
import { orOff, type PickOption, type TurnEndOptions } from './turn-end-options.js';

const switched = { absent: true, off: false } as const;

/** The part of the turn's options that says who may be heard, and when. Times in milliseconds. */
export function interruptionOptions(pick: PickOption): Omit<TurnOptions, keyof TurnEndOptions> {
  const preemptive = pick('preemptiveGeneration') ?? false;
  const { maxSpeechMs = 10_000, maxTries = 3 } = typeof preemptive === 'object' ? preemptive : {};
  return {
    minInterruptionDurationMs: orOff(pick('minInterruptionDurationMs'), { absent: 500, off: 0 }),
    minInterruptionWords: pick('minInterruptionWords') ?? 0,
    interruptionPolicy: pick('interruptionPolicy') ?? interruptByDurationAndWords,
    minConsecutiveSpeechDelayMs: pick('minConsecutiveSpeechDelayMs') ?? 0,
    aecWarmupMs: pick('aecWarmupMs') ?? null,
    falseInterruptionTimeoutMs: orOff<number | null>(pick('falseInterruptionTimeoutMs'), { absent: 2000, off: null }),
    resumeFalseInterruption: orOff<boolean>(pick('resumeFalseInterruption'), switched),
    discardAudioIfUninterruptible: orOff<boolean>(pick('discardAudioIfUninterruptible'), switched),
    preemptive: preemptive === false ? null : { maxSpeechMs, maxTries },
    userAwayTimeoutMs: orOff<number | null>(pick('userAwayTimeoutMs'), { absent: 15_000, off: null }),
  };
}
