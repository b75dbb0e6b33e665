import { writeSync } from 'node:fs';
import { defineAgent } from '../define-agent.js';
import type { JobContext } from '../job-context.js';

/** Takes so many megabytes and keeps them. */
const kept: Buffer[] = [];
const never = () => new Promise<never>(() => {});

/** What an entry does, by the job's metadata. */
const deeds: Readonly<Record<string, (context: JobContext) => unknown>> = {
  async talk(context) {
    context.addShutdownCallback((reason) => context.logger.log('info', 'callback', { reason }));
    await context.connect();
  },
  async 'never-end'(context) {
    await context.connect();
    await never();
  },
  'throw-before'() {
    throw new Error('the menu is not there');
  },
  async 'throw-after'(context) {
    await context.connect();
    throw new Error('the menu is not there any more');
  },
  'return-at-once'() {},
  async block(context) {
    await context.connect();
    const until = performance.now() + 3500;
    while (performance.now() < until) continue;
  },
  async hang(context) {
    await context.connect();
    // At once, not when the loop turns: it never will again.
    writeSync(1, 'it hangs\n');
    for (;;) continue;
  },
  async exit(context) {
    await context.connect();
    process.exit(7);
  },
  async uncaught(context) {
    await context.connect();
    setTimeout(() => {
      throw new Error('thrown into nowhere');
    }, 0);
  },
  async unhandled(context) {
    await context.connect();
    void Promise.reject(new Error('nobody waits for this'));
  },
  async leak(context) {
    await context.connect();
    kept.push(Buffer.alloc(300 * 1_048_576, 1));
  },
  async 'slow-callback'(context) {
    context.addShutdownCallback(never, { timeoutMs: 60_000 });
    await context.connect();
  },
  async 'quick-callback'(context) {
    context.addShutdownCallback(async () => {
      await new Promise((resolve) => void setTimeout(resolve, 100));
      context.logger.log('info', 'callback');
    });
    await context.connect();
  },
  async logs(context) {
    context.logContextFields['table'] = 7;
    await context.connect();
    context.addShutdownCallback(() => {
      for (let count = 0; count < 200; count += 1) context.logger.log('info', 'record', { count });
    });
    context.shutdown('it has told all');
  },
};

export default defineAgent({
  prewarm: () => ({ warmedAs: process.pid }),
  entry: async (context) => {
    context.logger.log('info', 'entry', { warmedAs: context.process.userData.warmedAs, pid: process.pid });
    await deeds[context.info.metadata]?.(context);
  },
});
