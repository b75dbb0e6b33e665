import { defineAgent } from '../define-agent.js';

export default defineAgent({
  prewarm() {
    throw new Error('the model is not there');
  },
  entry() {},
});
