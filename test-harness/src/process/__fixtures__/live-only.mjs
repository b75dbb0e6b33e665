import { pluginOf } from './good-llm.mjs';

const plugin = pluginOf(async function* () {
  yield { type: 'finish', reason: 'stop' };
});
const { create } = plugin.kinds.llm;
plugin.environment.push({ name: 'GOOD_API_KEY', required: true, secret: true });
plugin.kinds.llm.create = (model, settings) => {
  if (settings !== undefined) throw new Error('it was led elsewhere');
  return create(model);
};
export const parleyPlugin = plugin;
