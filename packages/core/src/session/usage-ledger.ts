import type { ModelUsage } from '../observe/agent-event.js';
import type { Usage } from '../provider/receipt-event.js';

/** Adds up what each model has used. Absent stays absent: unknown is not zero. */
export class UsageLedger {
  readonly #byModel = new Map<string, ModelUsage>();

  add(entry: ModelUsage): void {
    const key = `${entry.kind}/${entry.provider}/${entry.model}`;
    const known = this.#byModel.get(key);
    this.#byModel.set(key, known === undefined ? entry : { ...known, usage: sum(known.usage, entry.usage) });
  }

  get all(): readonly ModelUsage[] {
    return [...this.#byModel.values()];
  }
}

const fields = [
  'inputTokens',
  'cachedInputTokens',
  'outputTokens',
  'reasoningTokens',
  'inputAudioTokens',
  'outputAudioTokens',
  'characters',
  'audioMs',
] as const;

function sum(before: Usage, added: Usage): Usage {
  const entries = fields.flatMap((field) => {
    const values = [before[field], added[field]].filter((value) => value !== undefined);
    return values.length === 0 ? [] : [[field, values.reduce((total, value) => total + value, 0)] as const];
  });
  return Object.fromEntries(entries);
}
