import type { Agent } from '../agent/agent.js';
import type { AgentTask } from '../agent/agent-task.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { APIConnectionError } from '../provider/api-error.js';
import { sleep } from '../stream/sleep.js';
import { StopResponse, ToolError } from '../tools/tool-errors.js';
import type { Tool } from '../tools/tool.js';
import type { RandomTool } from './random-call.js';
import type { RandomStage } from './random-stage.js';

interface Cast {
  readonly agent: () => Agent;
  readonly task: () => AgentTask<string>;
}

/** The tools of the call, under the names `tool0`, `tool1` and so on. */
export function randomTools(stage: RandomStage, cast: Cast): Readonly<Record<string, Tool<RunContext>>> {
  return Object.fromEntries(stage.call.tools.map((script, index) => [`tool${index}`, randomTool(script, stage, cast)]));
}

function randomTool(script: RandomTool, stage: RandomStage, cast: Cast): Tool<RunContext> {
  let tries = 0;
  return tool({
    description: 'Does something.',
    uninterruptible: script.uninterruptible,
    background: script.background,
    onDuplicate: script.onDuplicate,
    timeoutMs: script.timeoutMs,
    execute: async (_arguments, context) => {
      tries += 1;
      const opened = stage.open(`call of a tool that is to ${script.does}`);
      try {
        return await act(script, { stage, cast, context, tries });
      } finally {
        opened[Symbol.dispose]();
      }
    },
  });
}

interface Acting {
  readonly stage: RandomStage;
  readonly cast: Cast;
  readonly context: RunContext;
  readonly tries: number;
}

async function act({ does, ms }: RandomTool, acting: Acting): Promise<unknown> {
  const { stage, cast, context, tries } = acting;
  const { session, signal } = context;
  await sleep(ms, does === 'ignore-abort' ? stage : { clock: stage.clock, signal });
  switch (does) {
    case 'return':
    case 'ignore-abort':
      return 'found';
    case 'throw':
      throw new Error('found nothing');
    case 'refuse':
      throw new ToolError('not today');
    case 'stop':
      throw new StopResponse();
    case 'fail-once':
      if (tries % 2 === 1) throw new APIConnectionError('lost', { provider: 'random' });
      return 'found in the end';
    case 'hand-over':
      return cast.agent();
    case 'switch':
      return await session.updateAgent(cast.agent());
    case 'await-task':
      return await cast.task();
    case 'await-idle':
      return await session.waitForIdle();
    case 'drain':
      return stage.follow('drain', session.drain());
    case 'protect':
      context.disallowInterruptions();
      return await sleep(ms, { clock: stage.clock, signal });
    default:
      return await speak(does, ms, acting);
  }
}

type SpeakingTool = 'update' | 'foreground' | 'fill' | 'say' | 'await-say' | 'reply';

async function speak(does: SpeakingTool, ms: number, { stage, context }: Acting): Promise<unknown> {
  const { session, signal } = context;
  const say = () => {
    const handle = session.say(stage.words(4));
    stage.follow(handle.id, handle);
    return handle;
  };
  switch (does) {
    case 'say':
      say();
      return 'said';
    case 'await-say':
      return await say();
    case 'reply': {
      const handle = session.generateReply();
      stage.follow(handle.id, handle);
      return 'asked';
    }
    case 'update':
      for (const progress of ['begun', 'half done', 'nearly done']) {
        context.update(progress);
        await sleep(ms, { clock: stage.clock, signal });
      }
      return 'done';
    case 'foreground':
      context.update('begun');
      return await context.foreground(async () => await say());
    case 'fill':
      context.filler(() => stage.words(2), { delayMs: 500, intervalMs: 1000 });
      await sleep(ms, { clock: stage.clock, signal });
      return 'filled';
    default:
      return does satisfies never;
  }
}
