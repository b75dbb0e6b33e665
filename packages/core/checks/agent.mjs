import { defineAgent } from '@parley/core/worker';

// oxlint-disable-next-line import/no-default-export -- a worker asks for it
export default defineAgent({
  prewarm: () => ({ state: 'warm' }),
  async entry(context) {
    await context.connect();
    context.logger.log('info', `joined, ${context.process.userData.state}`);
  },
});
