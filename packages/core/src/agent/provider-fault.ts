/** What the session calls of each kind, and of which kinds it must know a rate at which they work. */
const contracts: Readonly<Record<string, { readonly method: string; readonly rates?: 'some' | 'none-too' }>> = {
  stt: { method: 'transcribe', rates: 'some' },
  vad: { method: 'detect', rates: 'some' },
  tts: { method: 'synthesize', rates: 'some' },
  llm: { method: 'generate' },
  'turn-detector': { method: 'open', rates: 'none-too' },
  toolset: { method: 'connect' },
};

/** Why a value is no provider of a kind, as what it must be; nothing, if it is one. */
export function providerFault(kind: string, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return `a provider of kind "${kind}"`;
  if (value.kind !== kind) return `a provider of kind "${kind}", not "${String(value.kind)}"`;
  const version: unknown = Reflect.get(value, 'specificationVersion');
  if (version !== 1) return `of specification version 1, not ${String(version)}; install a version of the plugin that fits this core`;
  const capabilities: unknown = Reflect.get(value, 'capabilities');
  if (typeof capabilities !== 'object' || capabilities === null) return `a provider of kind "${kind}" that says its capabilities`;
  const contract = contracts[kind];
  if (contract === undefined) return undefined;
  if (typeof Reflect.get(value, contract.method) !== 'function')
    return `a provider of kind "${kind}" that has the method "${contract.method}"`;
  if (contract.rates === undefined || areRates(Reflect.get(capabilities, 'sampleRates'), contract.rates)) return undefined;
  return `a provider of kind "${kind}" whose capabilities say its "sampleRates", in hertz`;
}

const areRates = (rates: unknown, least: 'some' | 'none-too'): boolean =>
  Array.isArray(rates) &&
  (rates.length > 0 || least === 'none-too') &&
  rates.every((rate: unknown) => Number.isInteger(rate) && Number(rate) > 0);
