import type { Usage } from '@parley/core/provider';

type Counts = Readonly<Partial<Record<'inputTokens' | 'outputTokens' | 'cachedInputTokens' | 'reasoningTokens', unknown>>>;

/** What was counted: compatible servers leave some of it out, or say null. */
export const tokenUsage = (counts: Counts): Usage =>
  Object.fromEntries(Object.entries(counts).filter((entry): entry is [string, number] => isCount(entry[1])));

const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value) && value >= 0;
