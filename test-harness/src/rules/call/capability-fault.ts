import type { CallKind } from './manner.js';

const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isRates = (value: unknown): boolean =>
  Array.isArray(value) && value.length > 0 && value.every((rate) => Number.isInteger(rate) && rate > 0);
const settingNames: readonly unknown[] = ['language', 'keyterms', 'endpointingMs'];
const isSettings = (value: unknown): boolean => Array.isArray(value) && value.every((name) => settingNames.includes(name));

const checks: Readonly<Record<CallKind, Readonly<Record<string, (value: unknown) => boolean>>>> = {
  llm: { tools: isFlag, parallelToolCalls: isFlag, images: isFlag, audio: isFlag, structuredOutput: isFlag },
  stt: {
    streaming: isFlag,
    interimTranscripts: isFlag,
    endpointing: isFlag,
    turnDetection: isFlag,
    wordTimings: isFlag,
    speakers: isFlag,
    settings: isSettings,
    updatable: isSettings,
    sampleRates: isRates,
  },
  tts: { streaming: isFlag, wordTimings: isFlag, sampleRates: isRates },
};

/** What is wrong with the capabilities that an instance declares; undefined if nothing is. */
export function capabilityFault(kind: CallKind, capabilities: object): string | undefined {
  for (const [name, is] of Object.entries(checks[kind])) {
    const value: unknown = Reflect.get(capabilities, name);
    if (!is(value)) return `"${name}" is missing, or not as the contract has it`;
  }
  return undefined;
}

/** The name of what could be changed: of the whole, or of a list in it. */
export function unfrozen(capabilities: object): string | undefined {
  if (!Object.isFrozen(capabilities)) return 'capabilities';
  return Object.entries(capabilities).find(([, value]) => typeof value === 'object' && !Object.isFrozen(value))?.[0];
}
