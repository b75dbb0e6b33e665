// One call of @livekit/agents, made and driven as `startFakeCall` makes ours.
import { initializeLogger } from '@livekit/agents';
import { BenchOutput, PushedInput } from './peer-audio.mjs';
import { createPeerAgent, createPeerSession } from './peer-session.mjs';

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
  const { session, vad } = createPeerSession(options);
  session.input.audio = input;
  session.output.audio = output;
  await session.start({ agent: createPeerAgent(), record: false });
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
