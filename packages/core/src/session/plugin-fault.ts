import type { ParleyPlugin } from '../provider/plugin.js';

/** What is wrong with a value that is to be a plugin; nothing, if it is one. */
export function pluginFault(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `a plugin is an object named "parleyPlugin", not ${String(value)}`;
  const provider: unknown = Reflect.get(value, 'provider');
  const versions: unknown = Reflect.get(value, 'specificationVersions');
  const kinds: unknown = Reflect.get(value, 'kinds');
  if (typeof provider !== 'string' || provider === '') return 'the plugin has no "provider", the name that model strings begin with';
  if (typeof kinds !== 'object' || kinds === null) return `the plugin "${provider}" has no "kinds"`;
  if (!Array.isArray(versions)) return `the plugin "${provider}" does not say its "specificationVersions"`;
  if (versions.includes(1)) return undefined;
  return `the plugin "${provider}" is of specification version ${versions.join(', ')}, and this core knows 1: install a version of the plugin that fits`;
}

export const isPlugin = (value: unknown): value is ParleyPlugin => pluginFault(value) === undefined;
