// One call of @livekit/agents, made and driven as `startFakeCall` makes ours. All its options that ours have too are set to what ours are.
import { initializeLogger, voice } from '@livekit/agents';
import { BenchOutput, PushedInput } from './peer-audio.mjs';
import { FakeLLM, FakeSTT, FakeTTS, FakeVAD } from './peer-providers.mjs';

initializeLogger({ pretty: false, level: 'silent' });

/** An end of a call that takes longer than this is not waited for: the peer has then more to do than it gets done. */
const closeTimeoutMs = 20_000;
const nothing = () => {};

/**
 * @param {import('../load/bench-call.js').BenchCallOptions} options
 * @returns {Promise<import('../load/bench-call.js').BenchCall>}
 */
export async function startPeerCall(options) {
  const input = new PushedInput();
  const output = new BenchOutput({ kind: options.output, onFirstWrite: options.onReply ?? nothing, onClear: options.onClear ?? nothing });
  const vad = new FakeVAD();
  const session = new voice.AgentSession({
    vad,
    stt: new FakeSTT(),
    llm: new FakeLLM(options.reply ?? 'We are open from nine to five.'),
    tts: new FakeTTS(options.voice ?? { framesPerSegment: 6 }),
    turnHandling: {
      turnDetection: 'vad',
      endpointing: { mode: 'fixed', minDelay: 0, maxDelay: 0 },
      interruption: {
        enabled: true,
        mode: 'vad',
        minDuration: options.minInterruptionMs ?? 500,
        minWords: 0,
        discardAudioIfUninterruptible: true,
        falseInterruptionTimeout: undefined,
        resumeFalseInterruption: false,
        backchannelBoundary: null,
      },
      preemptiveGeneration: { enabled: false },
    },
    maxToolSteps: 3,
    userAwayTimeout: 15,
    transcriptionTimeout: null,
    aecWarmupDuration: null,
    useTtsAlignedTranscript: false,
    ttsTextTransforms: ['filter_markdown', 'filter_emoji'],
    expressive: false,
  });
  session.input.audio = input;
  session.output.audio = output;
  // An event without a listener would end the process.
  session.on(voice.AgentSessionEventTypes.Error, nothing);
  const agent = new voice.Agent({ instructions: 'You answer the telephone of a small restaurant.' });
  await session.start({ agent, record: false });
  return {
    push: (frame) => input.push(frame),
    framesHeard: () => vad.framesHeard,
    close: () => within(closeTimeoutMs, closeCall(session, input)),
  };
}

async function closeCall(session, input) {
  await session.close();
  await input.close();
}

async function within(timeoutMs, work) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
