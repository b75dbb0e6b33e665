import { pluginOf } from './good-llm.mjs';
const plugin = pluginOf();
plugin.kinds.llm.create = () => process.exit(7);
export const parleyPlugin = plugin;
