import { join } from 'node:path';
import { type BenchRow, mergeBenchRuns } from './bench-row.js';
import { type ComparedRow, compareRows } from './compared-row.js';
import type { Measurement } from './measurement.js';
import type { BenchServer } from './rooms/bench-server.js';
import { runInChild } from './run-in-child.js';
import type { SubjectName } from './subject.js';

export interface MeasureOneOptions {
  readonly isQuick: boolean;
  /** Whether it is there to be measured. */
  readonly withPeer: boolean;
  /** Where to write CPU profiles, if any are wanted. */
  readonly profileFolder?: string;
  /** For what is measured in rooms. */
  readonly server?: BenchServer | undefined;
}

export interface Measured {
  /** Empty where there is nothing to show. */
  readonly rows: readonly ComparedRow[];
  readonly failed: readonly { readonly who: SubjectName; readonly error: Error }[];
}

/** Ours and the peer's in turns, so that what else the machine does is the same for both. Of a subject that fails, no more is tried. */
export async function measureOne(measurement: Measurement, options: MeasureOneOptions): Promise<Measured> {
  const { isQuick, withPeer, server } = options;
  const size = isQuick ? 'quick' : 'full';
  // What was asked for by name runs at least once.
  const wanted = { parley: Math.max(1, measurement.runs[size]), peer: withPeer ? (measurement.peerRuns?.[size] ?? 0) : 0 };
  const runs: Record<SubjectName, (readonly BenchRow[])[]> = { parley: [], peer: [] };
  const failed = new Map<SubjectName, Error>();
  for (let index = 0; index < Math.max(wanted.parley, wanted.peer); index += 1) {
    for (const subject of ['parley', 'peer'] as const) {
      if (index >= wanted[subject] || failed.has(subject)) continue;
      try {
        const profilePath = profilePathOf(measurement, subject, options);
        runs[subject].push(await runInChild(measurement, { isQuick, subject, profilePath, server }));
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        failed.set(subject, error);
      }
    }
  }
  const ours = failed.has('parley') ? [] : mergeBenchRuns(runs.parley);
  return { rows: compareRows(ours, runs.peer), failed: [...failed].map(([who, error]) => ({ who, error })) };
}

function profilePathOf({ name }: Measurement, subject: SubjectName, { profileFolder }: MeasureOneOptions): string | undefined {
  if (profileFolder === undefined) return undefined;
  return join(profileFolder, subject === 'peer' ? `${name}.peer.cpuprofile` : `${name}.cpuprofile`);
}
