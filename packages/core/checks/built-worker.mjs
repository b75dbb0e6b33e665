// @ts-check
// A worker of the built package takes a job of an agent in JavaScript, and of one in TypeScript, each in a process of its own.
import { createScriptedDispatcher } from '@parley/core/testing';
import { Worker } from '@parley/core/worker';

const transport = new URL('./transport.mjs', import.meta.url).href;

/** @param {string} name */
async function takeJob(name) {
  /** @type {string[]} */
  const lines = [];
  const dispatcher = createScriptedDispatcher({ transport });
  const worker = new Worker({
    agent: new URL(name, import.meta.url),
    dispatcher,
    port: null,
    idleProcesses: 0,
    load: () => 0,
    logger: { log: (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields ?? {})}`) },
  });
  const running = worker.run();
  const answer = await dispatcher.offer({ id: 'j1' });
  const { status } = await dispatcher.reported('j1', 'succeeded');
  await worker.drain();
  await running;
  const text = lines.join('\n');
  if (answer.type !== 'accepted' || status !== 'succeeded' || !text.includes('joined, warm')) throw new Error(`${name}:\n${text}`);
}

await takeJob('./agent.mjs');
await takeJob('./agent.ts');
