import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import { sleep } from '../stream/sleep.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

test('a task that the application awaits while an agent leaves begins with the one that follows', async () => {
  const clock = new VirtualClock();
  const account: string[] = [];
  class Leaving extends Agent {
    override async onExit(): Promise<void> {
      await sleep(1000, { clock });
      account.push('the agent has left');
    }
  }
  class Noted extends AgentTask<string> {
    override onEnter(): void {
      account.push(`the task has the word at ${clock.now()}`);
    }
    override onExit(): void {
      account.push('the task has left');
    }
  }
  const session = new AgentSession({ clock });
  await session.start({ agent: new Leaving({ instructions: '' }) });
  const switching = session.updateAgent(new Agent({ instructions: '' }));
  await clock.advance(500);
  const task = new Noted({ instructions: '' });
  const done = task.run({ session });
  await clock.runUntil(switching);
  await clock.advance(0);
  task.complete('well');
  expect(await clock.runUntil(done)).toBe('well');
  expect(account).toEqual(['the agent has left', 'the task has the word at 1000', 'the task has left']);
  await clock.runUntil(session.close());
});
