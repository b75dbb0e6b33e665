import { defineAgent } from '@parley/core/worker';

interface Warm {
  readonly state: string;
}

// oxlint-disable-next-line import/no-default-export -- a worker asks for it
export default defineAgent<Warm>({
  prewarm: () => ({ state: 'warm' }),
  async entry(context) {
    await context.connect();
    const { state }: Warm = context.process.userData;
    context.logger.log('info', `joined, ${state}`);
  },
});
