// @ts-check
// An agent of a call that goes on until its room ends, and needs no key: for trying out what happens to calls.
import { defineAgent } from '@parley/core/worker';

export default defineAgent({
  entry: async (context) => {
    await context.connect();
  },
});
