import { defineAgent } from '../define-agent.js';

export default defineAgent({
  prewarm: async () => new Promise<never>(() => {}),
  entry() {},
});
