import { Agent, type UserTurnCompleted } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import type { Session } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { sleep } from '../stream/sleep.js';
import { StopResponse } from '../tools/tool-errors.js';
import type { RandomAgent, RandomHook, RandomTask } from './random-call.js';
import { createRandomSTT } from './random-models.js';
import type { RandomStage } from './random-stage.js';
import { randomTools } from './random-tools.js';

/** Makes the agents and tasks of a call. */
export interface RandomCast {
  readonly agent: () => Agent;
  readonly task: () => AgentTask<string>;
}

export function createRandomCast(stage: RandomStage): RandomCast {
  const { agents, tasks } = stage.call;
  let agentCount = 0;
  let taskCount = 0;
  const cast: RandomCast = {
    agent: () => new ChanceAgent({ stage, cast, script: agents[agentCount++] ?? quietAgent }),
    task: () => {
      const task = new ChanceTask({ stage, cast, script: tasks[taskCount++] ?? quietTask });
      stage.follow(task.label, task.settled);
      return task;
    },
  };
  return cast;
}

const quietAgent: RandomAgent = {
  onEnter: 'nothing',
  onExit: 'nothing',
  onUserTurnCompleted: 'nothing',
  onUserTurnExceeded: 'commit',
  allowInterruptions: true,
  hasOwnSTT: false,
};
const quietTask: RandomTask = { ends: 'after', ms: 1000, onEnter: 'nothing' };

const isInputSwapped = ({ call }: RandomStage): boolean => call.actions.some(({ type }) => type === 'swap-input');

interface Part<Script> {
  readonly stage: RandomStage;
  readonly cast: RandomCast;
  readonly script: Script;
}

class ChanceAgent extends Agent {
  readonly #part: Part<RandomAgent>;

  constructor(part: Part<RandomAgent>) {
    const { stage, cast, script } = part;
    super({
      instructions: 'Be random.',
      label: stage.name('agent'),
      tools: randomTools(stage, cast),
      ...(script.allowInterruptions ? {} : { allowInterruptions: false }),
      ...(script.hasOwnSTT && !isInputSwapped(stage) ? { stt: createRandomSTT(stage) } : {}),
    });
    this.#part = part;
  }

  override async onEnter(): Promise<void> {
    this.#part.stage.hooks.push(`enter ${this.label}`);
    await runHook(this.#part.script.onEnter, this.session, this.#part);
  }

  override async onExit(): Promise<void> {
    this.#part.stage.hooks.push(`exit ${this.label}`);
    await runHook(this.#part.script.onExit, this.session, this.#part);
  }

  override async onUserTurnCompleted(turn: UserTurnCompleted): Promise<void> {
    const hook = this.#part.script.onUserTurnCompleted;
    if (hook === 'stop') throw new StopResponse();
    if (hook === 'empty') turn.text = '';
    else if (hook === 'change') turn.text = turn.text.toUpperCase();
    else await runHook(hook, this.session, this.#part);
  }

  override async onUserTurnExceeded(): Promise<void> {
    const hook = this.#part.script.onUserTurnExceeded;
    if (hook === 'commit') this.session.commitUserTurn();
    else await runHook(hook, this.session, this.#part);
  }

  /** Says nothing when a reply fails, so that all that is heard is meant for the history. */
  override onReplyFailed(): string {
    return '';
  }
}

class ChanceTask extends AgentTask<string> {
  readonly #part: Part<RandomTask>;

  constructor(part: Part<RandomTask>) {
    const { stage, cast, script } = part;
    const done = tool({ description: 'Ends the task.', execute: () => void this.complete('done') });
    super({
      instructions: 'Be quick.',
      label: stage.name('task'),
      tools: script.ends === 'by-tool' ? { done } : randomTools(stage, cast),
    });
    this.#part = part;
    if (script.ends === 'at-once') this.complete('done before it began');
  }

  override async onEnter(): Promise<void> {
    const { stage, script } = this.#part;
    stage.hooks.push(`enter ${this.label}`);
    if (script.ends === 'after' || script.ends === 'fails-after') {
      const end = () => void (script.ends === 'after' ? this.complete('done') : this.fail(new Error('not done')));
      this.onSettled(stage.clock.after(script.ms, end));
    }
    await runHook(script.onEnter, this.session, this.#part);
  }

  override onExit(): void {
    this.#part.stage.hooks.push(`exit ${this.label}`);
  }

  override onReplyFailed(): string {
    return '';
  }
}

async function runHook(hook: RandomHook, session: Session, { stage, cast }: Omit<Part<unknown>, 'script'>): Promise<void> {
  const say = () => {
    const handle = session.say(stage.words(3));
    stage.follow(handle.id, handle);
    return handle;
  };
  switch (hook) {
    case 'nothing':
      return;
    case 'say':
      return void say();
    case 'await-say':
      return await say();
    case 'reply': {
      const handle = session.generateReply();
      return stage.follow(handle.id, handle);
    }
    case 'wait':
      return await sleep(3000, stage);
    case 'throw':
      throw new Error('as hooks do');
    case 'await-task':
      return void (await cast.task());
    default:
      return hook satisfies never;
  }
}
