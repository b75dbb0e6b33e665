import type { Agent } from '../agent/agent.js';
import { checkFields } from '../run/check-fields.js';
import type { RunResult } from '../run/run-result.js';
import { AgentSession } from '../session/agent-session.js';
import type { AgentSessionOptions } from '../session/session-options.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { callTimeline, type TimedEvent } from './call-timeline.js';
import { ScriptProblems } from './script-problems.js';
import { createScriptedLLM, type ScriptedReply } from './scripted-llm.js';

export interface TextCallOptions {
  readonly agent: Agent;
  /** What the model says to what. */
  readonly llm?: readonly ScriptedReply[] | null | undefined;
  /** Of the session, whose clock is the call's own; an `llm` in here replaces the scripted one. */
  readonly options?: Omit<AgentSessionOptions, 'clock'> | null | undefined;
}

/** A conversation in writing, on a virtual clock. */
export interface TextCall extends AsyncDisposable {
  readonly session: AgentSession;
  readonly clock: VirtualClock;
  /** What the agent did by itself at the start. */
  readonly started: RunResult;
  /** `session.run`, with time moved on until it is over. @throws {Error} As `session.run`, or the model was asked what is not scripted. */
  run(userInput: string): Promise<RunResult>;
  /** Closes the session, as disposing does. @throws {Error} A reply was never asked for, or a timer is left over. */
  close(): Promise<void>;
}

/**
 * Starts a call without voices: what is said is written, time is virtual, and the model is scripted. For tests of what an agent does.
 *
 * @example
 * ```ts
 * await using call = await textCall({ agent: new FrontDesk(), llm: [{ input: 'hello', output: 'hi there' }] });
 * const result = await call.run('hello');
 * result.expect.next().isMessage({ text: 'hi there' });
 * ```
 */
export async function textCall(script: TextCallOptions): Promise<TextCall> {
  checkFields('textCall', script, ['agent', 'llm', 'options']);
  const { agent, llm: replies, options } = script;
  const clock = new VirtualClock();
  const problems = new ScriptProblems();
  const llm = createScriptedLLM(replies ?? [], problems);
  const session = new AgentSession({ llm, ...options, clock });
  const events: TimedEvent[] = [];
  // Ends with the session.
  const observing = (async () => {
    for await (const event of session.events()) events.push({ atMs: clock.now(), event });
  })();
  const assertAsScripted = () => problems.assertNone((found) => callTimeline(events, found));
  const started = await clock.runUntil(session.start({ agent, capture: true }));
  assertAsScripted();
  const close = async () => {
    await clock.runUntil(session.close());
    await observing;
    llm.assertAllUsed();
    assertAsScripted();
    clock.assertIdle();
  };
  return {
    session,
    clock,
    started,
    async run(userInput) {
      const result = await clock.runUntil(session.run({ userInput }));
      assertAsScripted();
      return result;
    },
    close,
    // Asserts nothing: it would hide what the test has found.
    async [Symbol.asyncDispose]() {
      await clock.runUntil(session.close());
      await observing;
    },
  };
}
