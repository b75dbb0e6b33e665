import { readFile } from 'node:fs/promises';
import type { AgentEvent } from '@parley/core';

/** The events of a call, from its `call.jsonl`. @throws {Error} A line is no event. */
export async function readEvents(path: string): Promise<readonly AgentEvent[]> {
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => {
    const event: unknown = JSON.parse(line);
    if (!isEvent(event)) throw new Error(`not an event: ${line}`);
    return event;
  });
}

/** As much as a test needs: we have written the file ourselves. */
const isEvent = (value: unknown): value is AgentEvent => typeof value === 'object' && value !== null && 'type' in value && 'createdAt' in value;
