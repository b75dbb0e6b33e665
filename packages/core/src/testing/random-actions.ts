import type { Agent } from '../agent/agent.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import type { AgentSession } from '../session/agent-session.js';
import { sleep } from '../stream/sleep.js';
import type { RandomCast } from './random-agents.js';
import type { RandomAction } from './random-call.js';
import type { RandomCaller } from './random-caller.js';
import type { RandomStage } from './random-stage.js';

export interface RandomActors {
  readonly stage: RandomStage;
  readonly session: AgentSession;
  readonly caller: RandomCaller;
  readonly cast: RandomCast;
}

type Act = (type: RandomAction['type']) => void;
type Does = Readonly<Record<RandomAction['type'], () => void>>;

/** What the application does in the call: each action is done once, at its time. */
export function createActions({ stage, session, caller, cast }: RandomActors): Act {
  const speeches: SpeechHandle[] = [];
  const agents: Agent[] = [];
  const speak = (handle: SpeechHandle) => {
    speeches.push(handle);
    stage.follow(handle.id, handle);
  };
  const switchTo = (agent: Agent) => {
    if (session.agent !== undefined && 'onEnter' in session.agent) agents.push(session.agent);
    stage.follow('updateAgent', session.updateAgent(agent));
  };
  const write = () => stage.words(2, 'typed');
  const does: Does = {
    say: () => speak(session.say(stage.words(7))),
    'say-protected': () => speak(session.say(stage.words(7), { allowInterruptions: false })),
    'say-first': () => speak(session.say(stage.words(3), { priority: 1 })),
    'say-stream': () => speak(session.say(textStream(stage, 'ends'))),
    'say-stream-failing': () => speak(session.say(textStream(stage, 'fails'))),
    'say-stream-stalling': () => speak(session.say(textStream(stage, 'stalls'))),
    reply: () => speak(session.generateReply({ userInput: write() })),
    'reply-protected': () => speak(session.generateReply({ allowInterruptions: false, additionalInstructions: 'Do not stop.' })),
    interrupt: () => session.interrupt(),
    'interrupt-all': () => session.interrupt({ force: true }),
    'interrupt-newest': () => speeches.at(-1)?.interrupt(),
    'protect-newest': () => protect(speeches.at(-1)),
    'cancel-tools': () => session.runningToolCalls.forEach(({ callId }) => session.cancelToolCall(callId)),
    commit: () => session.commitUserTurn(),
    clear: () => session.clearUserTurn(),
    write: () => caller.write({ type: 'text', text: write() }),
    dial: () => caller.write({ type: 'dtmf', digit: '5' }),
    run: () => stage.follow('run', session.run({ userInput: write() })),
    'await-task': () => stage.follow('a task', cast.task().run({ session })),
    'hand-off': () => switchTo(cast.agent()),
    'hand-back': () => switchTo(agents[0] ?? cast.agent()),
    options: () => session.updateOptions({ minEndpointingDelayMs: 100, minInterruptionDurationMs: 200, userAwayTimeoutMs: 1000 }),
    'swap-output': () => session.updateIO({ audioOutput: stage.speech.createOutput(stage.clock) }),
    'swap-input': () => session.updateIO({ audioInput: caller.createInput() }),
    drain: () => stage.follow('drain', session.drain()),
    close: () => stage.follow('close', session.close()),
  };
  return (type) => {
    try {
      does[type]();
    } catch (error) {
      stage.thrown.push(error instanceof Error ? error.message : String(error));
    }
  };
}

async function* textStream(stage: RandomStage, how: 'ends' | 'fails' | 'stalls'): AsyncGenerator<string> {
  for (let piece = 0; piece < 3; piece += 1) {
    await sleep(300, stage);
    yield `${stage.words(3)}. `;
  }
  if (how === 'fails') throw new Error('the text broke off');
  if (how === 'stalls') await new Promise(() => {});
}

function protect(handle: SpeechHandle | undefined): void {
  if (handle !== undefined) handle.allowInterruptions = false;
}
