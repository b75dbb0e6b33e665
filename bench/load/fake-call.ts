import type { AgentSession } from '@parley/core';
import { createFakeInput } from '../fakes/fake-input.js';
import { createFakeOutput } from '../fakes/fake-output.js';
import type { BenchCall, BenchCallOptions } from './bench-call.js';
import { createFakeAgent, createFakeSession, type FakeSessionOptions } from './fake-session.js';

export interface FakeCallOptions extends BenchCallOptions, Pick<FakeSessionOptions, 'vad'> {}

export interface FakeCall extends BenchCall {
  readonly session: AgentSession;
}

const nothing = () => {};

/** A call of `createFakeSession`, heard and spoken to by the load driver. */
export async function startFakeCall(options: FakeCallOptions): Promise<FakeCall> {
  const audioInput = createFakeInput();
  const audioOutput = createFakeOutput({
    kind: options.output,
    onFirstWrite: options.onReply ?? nothing,
    onClear: options.onClear ?? nothing,
  });
  const session = createFakeSession(options);
  await session.start({ agent: createFakeAgent(), io: { audioInput, audioOutput } });
  return { session, push: (frame) => audioInput.push(frame), close: () => session.close() };
}
