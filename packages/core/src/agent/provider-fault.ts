/** Why a value is no provider of a kind, as what it must be; nothing, if it is one. */
export function providerFault(kind: string, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return `a provider of kind "${kind}"`;
  if (value.kind !== kind) return `a provider of kind "${kind}", not "${String(value.kind)}"`;
  const version: unknown = Reflect.get(value, 'specificationVersion');
  if (version !== 1) return `of specification version 1, not ${String(version)}; install a version of the plugin that fits this core`;
  const capabilities: unknown = Reflect.get(value, 'capabilities');
  return typeof capabilities === 'object' && capabilities !== null ? undefined : `a provider of kind "${kind}" that says its capabilities`;
}
