import fc from 'fast-check';
import type {
  RandomAction,
  RandomAgent,
  RandomCall,
  RandomHearing,
  RandomHook,
  RandomOptions,
  RandomPrediction,
  RandomReply,
  RandomSpeech,
  RandomTask,
  RandomTool,
  RandomTurnDetection,
  RandomVoice,
} from '../random-call.js';

/** The first of each list is what a failing call is made smaller with. */
const oneOf = fc.constantFrom;
const grid = (fromMs: number, toMs: number): fc.Arbitrary<number> =>
  fc.integer({ min: fromMs / 50, max: toMs / 50 }).map((steps) => steps * 50);
/** Mostly the first of them. */
const mostly = <const Value>(usual: Value, ...others: readonly Value[]): fc.Arbitrary<Value> =>
  fc.oneof({ weight: 3 + others.length, arbitrary: fc.constant(usual) }, { weight: others.length, arbitrary: oneOf(...others) });

const voice: fc.Arbitrary<RandomVoice> = fc.record({
  pauseMs: grid(50, 3000),
  lengthMs: grid(50, 2000),
  kind: oneOf('speech', 'speech', 'noise', 'interim'),
  transcriptDelayMs: grid(50, 1500),
  endsTurn: oneOf(true, true, false),
});
const hearing: fc.Arbitrary<RandomHearing> = fc.record({
  fails: mostly('never', 'breaks', 'refuses', 'expires', 'ends', 'stalls'),
  afterMs: grid(0, 8000),
});
const prediction: fc.Arbitrary<RandomPrediction> = fc.record({
  isFinished: fc.boolean(),
  delayMs: grid(0, 1500),
  fails: mostly(false, true),
});
const reply: fc.Arbitrary<RandomReply> = fc.record({
  words: fc.integer({ min: 0, max: 20 }),
  ttftMs: grid(0, 800),
  durationMs: grid(0, 1000),
  tools: oneOf(0, 0, 0, 1, 2),
  fails: mostly('never', 'once', 'for-good', 'midway', 'stalls'),
});
const speech: fc.Arbitrary<RandomSpeech> = fc.record({
  wordMs: oneOf(100, 200, 300),
  ttfbMs: grid(0, 500),
  fails: mostly('never', 'midway', 'for-good'),
});
const tool: fc.Arbitrary<RandomTool> = fc.record({
  does: oneOf(
    'return',
    'throw',
    'refuse',
    'stop',
    'fail-once',
    'ignore-abort',
    'hand-over',
    'switch',
    'update',
    'foreground',
    'fill',
    'await-task',
    'say',
    'await-say',
    'reply',
    'await-idle',
    'protect',
    'drain',
  ),
  ms: grid(0, 3000),
  uninterruptible: mostly(false, true),
  background: mostly(false, true),
  onDuplicate: mostly('allow', 'reject', 'confirm', 'replace'),
  timeoutMs: mostly(null, 1000),
});
const hook: fc.Arbitrary<RandomHook> = mostly('nothing', 'say', 'await-say', 'reply', 'wait', 'throw', 'await-task');
const agent: fc.Arbitrary<RandomAgent> = fc.record({
  onEnter: hook,
  onExit: hook,
  onUserTurnCompleted: fc.oneof({ weight: 3, arbitrary: hook }, { weight: 1, arbitrary: oneOf('stop', 'empty', 'change') }),
  onUserTurnExceeded: fc.oneof({ weight: 1, arbitrary: fc.constant('commit' as const) }, { weight: 1, arbitrary: hook }),
  allowInterruptions: mostly(true, false),
  hasOwnSTT: mostly(false, true),
});
const task: fc.Arbitrary<RandomTask> = fc.record({
  ends: oneOf('after', 'fails-after', 'by-tool', 'at-once', 'never'),
  ms: grid(0, 4000),
  onEnter: hook,
});
const action: fc.Arbitrary<RandomAction> = fc.record({
  atMs: fc.integer({ min: 0, max: 12_000 }),
  type: oneOf(
    'say',
    'say-protected',
    'say-first',
    'say-stream',
    'say-stream-failing',
    'say-stream-stalling',
    'reply',
    'reply-protected',
    'interrupt',
    'interrupt-all',
    'interrupt-newest',
    'protect-newest',
    'cancel-tools',
    'commit',
    'clear',
    'write',
    'dial',
    'run',
    'await-task',
    'hand-off',
    'hand-back',
    'options',
    'swap-output',
    'swap-input',
    'drain',
    'close',
  ),
});
const options = {
  hasStreamingSTT: mostly(true, false),
  endpointing: mostly('fixed', 'dynamic'),
  maxEndpointingDelayMs: oneOf(6000, 1000, 300),
  preemptive: oneOf(false, true, 'tts' as const),
  falseInterruptionTimeoutMs: oneOf(2000, 500, null),
  resumeFalseInterruption: mostly(true, false),
  minInterruptionWords: oneOf(0, 0, 2),
  minConsecutiveSpeechDelayMs: oneOf(0, 0, 400),
  discardAudioIfUninterruptible: fc.boolean(),
  aecWarmupMs: oneOf(null, null, 3000),
  userTurnWords: oneOf(null, null, 4),
  transcriptionTimeoutMs: oneOf(null, 1000),
  userAwayTimeoutMs: oneOf(15_000, 1000, null),
  maxToolSteps: oneOf(3, 1, 0),
};

const partsOfCall = {
  voices: fc.array(voice, { maxLength: 8 }),
  hearings: fc.array(hearing, { maxLength: 3 }),
  predictions: fc.array(prediction, { maxLength: 3 }),
  replies: fc.array(reply, { minLength: 1, maxLength: 5 }),
  speeches: fc.array(speech, { minLength: 1, maxLength: 4 }),
  tools: fc.array(tool, { maxLength: 3 }),
  agents: fc.array(agent, { maxLength: 3 }),
  tasks: fc.array(task, { maxLength: 3 }),
  actions: fc.array(action, { maxLength: 6 }),
};

const callWith = (turnDetection: fc.Arbitrary<RandomTurnDetection>): fc.Arbitrary<RandomCall> => {
  const allOptions: fc.Arbitrary<RandomOptions> = fc.record({ ...options, turnDetection });
  return fc.record({ ...partsOfCall, options: allOptions });
};

const byVad = oneOf('vad', 'vad', 'detector', 'manual');
const bySTT = oneOf('stt', 'stt-turns', 'stt-turns-beside-vad');

/** A VAD, a turn detector or the application finds the end of a turn. */
export const anyCallByVad = callWith(byVad);
/** The STT does. */
export const anyCallBySTT = callWith(bySTT);
/** Any call at all. */
export const anyRandomCall = callWith(fc.oneof(byVad, bySTT));

const noise = fc.record({
  pauseMs: grid(50, 3000),
  lengthMs: grid(50, 2000),
  kind: fc.constant('noise' as const),
  transcriptDelayMs: fc.constant(200),
  endsTurn: fc.constant(true),
});

/** One turn of the user's and one reply, with nothing but noise after it. */
export const anyNoisyCall: fc.Arbitrary<RandomCall> = fc
  .record({
    noises: fc.array(noise, { maxLength: 6 }),
    preemptive: oneOf(false, true, 'tts' as const),
    turnDetection: oneOf('vad' as const, 'detector' as const),
    endpointing: mostly('fixed', 'dynamic'),
    swapsAtMs: fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 2 }),
  })
  .map(({ noises, preemptive, turnDetection, endpointing, swapsAtMs }) => ({
    ...quietCall,
    voices: [{ pauseMs: 500, lengthMs: 1000, kind: 'speech', transcriptDelayMs: 200, endsTurn: true }, ...noises],
    replies: [{ words: 20, ttftMs: 100, durationMs: 300, tools: 0, fails: 'never' }],
    actions: swapsAtMs.map((atMs) => ({ atMs, type: 'swap-output' })),
    options: { ...quietCall.options, preemptive, turnDetection, endpointing },
  }));

/** A call in which nothing happens: for examples to begin with. */
export const quietCall: RandomCall = {
  voices: [],
  hearings: [],
  predictions: [],
  replies: [{ words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' }],
  speeches: [{ wordMs: 200, ttfbMs: 200, fails: 'never' }],
  tools: [],
  agents: [],
  tasks: [],
  actions: [],
  options: {
    turnDetection: 'vad',
    hasStreamingSTT: true,
    endpointing: 'fixed',
    maxEndpointingDelayMs: 6000,
    preemptive: false,
    falseInterruptionTimeoutMs: 2000,
    resumeFalseInterruption: true,
    minInterruptionWords: 0,
    minConsecutiveSpeechDelayMs: 0,
    discardAudioIfUninterruptible: true,
    aecWarmupMs: null,
    userTurnWords: null,
    transcriptionTimeoutMs: null,
    userAwayTimeoutMs: 15_000,
    maxToolSteps: 3,
  },
};
