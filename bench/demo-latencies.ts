const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

/**
 * From the decision that the caller's turn is over to the agent's first sound, for each turn that was answered aloud, in milliseconds.
 * Where a tool was called first, its time and that of both replies of the LLM are in it.
 *
 * @param lines A call's events as JSON lines, or such lines with the event in a field `event`.
 * @throws {SyntaxError} A line is no JSON.
 */
export function demoLatencies(lines: string): readonly number[] {
  const decided = new Map<unknown, number>();
  const latencies: number[] = [];
  for (const line of lines.split('\n')) {
    const metrics = line.trim() === '' ? undefined : metricsOf(JSON.parse(line));
    if (metrics === undefined) continue;
    const { speechId, userStoppedAt, endOfTurnDelayMs, playoutStartedAt } = metrics;
    if (typeof userStoppedAt === 'number' && typeof endOfTurnDelayMs === 'number') decided.set(speechId, userStoppedAt + endOfTurnDelayMs);
    const decidedAt = decided.get(speechId);
    if (decidedAt === undefined || typeof playoutStartedAt !== 'number') continue;
    latencies.push(playoutStartedAt - decidedAt);
    // The first sound of a speech counts, not what it says after a tool.
    decided.delete(speechId);
  }
  return latencies;
}

function metricsOf(line: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isRecord(line)) return undefined;
  const event = isRecord(line['event']) ? line['event'] : line;
  return event['type'] === 'turn-metrics' && isRecord(event['metrics']) ? event['metrics'] : undefined;
}
