import type { ParleyPlugin } from '../provider/plugin.js';
import { pluginFault } from './plugin-fault.js';

const registered = new Map<string, ParleyPlugin>();

/**
 * From now on, model strings that begin with the plugin's `provider` are made by this plugin, in all sessions of the process that start
 * later; nothing is loaded for them. A plugin registered for the same provider before is replaced.
 *
 * @example
 * ```ts
 * import { parleyPlugin } from '@parley/openai';
 * registerProvider(parleyPlugin);
 * new AgentSession({ llm: 'openai/gpt-4.1-mini' });
 * ```
 * @throws {TypeError} It is no plugin, or of another specification version.
 */
export function registerProvider(plugin: ParleyPlugin): void {
  const fault = pluginFault(plugin);
  if (fault !== undefined) throw new TypeError(`registerProvider: ${fault}`);
  registered.set(plugin.provider, plugin);
}

export const registeredPlugin = (provider: string): ParleyPlugin | undefined => registered.get(provider);
