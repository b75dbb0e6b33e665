// A session of @livekit/agents, made as `createFakeSession` makes ours. All its options that ours have too are set to what ours are.
import { voice } from '@livekit/agents';
import { FakeLLM, FakeSTT, FakeTTS, FakeVAD } from './peer-providers.mjs';

const nothing = () => {};

/** @param {import('../load/fake-session.js').FakeSessionOptions} options */
export function createPeerSession(options) {
  const vad = new FakeVAD(options.hears);
  const session = new voice.AgentSession({
    vad,
    stt: new FakeSTT(options.hears),
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
  // An event without a listener would end the process.
  session.on(voice.AgentSessionEventTypes.Error, nothing);
  return { session, vad };
}

export const createPeerAgent = () => new voice.Agent({ instructions: 'You answer the telephone of a small restaurant.' });
