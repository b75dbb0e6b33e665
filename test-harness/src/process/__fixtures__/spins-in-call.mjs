import { pluginOf } from './good-llm.mjs';
export const parleyPlugin = pluginOf(() => {
  for (;;);
});
