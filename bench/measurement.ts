import type { BenchRow } from './bench-row.js';
import type { Subject, SubjectName } from './subject.js';

export interface MeasureOptions {
  /** Less of everything: some minutes for all measurements together. */
  readonly isQuick: boolean;
  /** Whose sessions to measure. Rows of the same name are shown side by side. */
  readonly subject: Subject;
}

export type Measure = (options: MeasureOptions) => Promise<readonly BenchRow[]>;

export interface MeasureInRoomsOptions extends Pick<MeasureOptions, 'isQuick'> {
  /** Whose worker to measure. */
  readonly subject: SubjectName;
}

/** Starts workers of the subject, which are processes of their own, and calls them on a LiveKit server. */
export type MeasureInRooms = (options: MeasureInRoomsOptions) => Promise<readonly BenchRow[]>;

interface EachMeasurement {
  /** What one types after `--only`. */
  readonly name: string;
  readonly about: string;
  /** How often it is run, each time in a process of its own; 0: left out. */
  readonly runs: { readonly full: number; readonly quick: number };
  /** How often the peer is measured in the same way, in turns with ours; absent: not at all. */
  readonly peerRuns?: { readonly full: number; readonly quick: number };
  /** For the process that it runs in. */
  readonly nodeFlags?: readonly string[];
}

interface SessionMeasurement extends EachMeasurement {
  /** Loaded in that process only: nothing of the project is imported before it was built. */
  readonly load: () => Promise<Measure>;
}

interface RoomMeasurement extends EachMeasurement {
  /** As `load`, for what needs a LiveKit server. Of the subject nothing is loaded in that process. */
  readonly loadInRooms: () => Promise<MeasureInRooms>;
}

export type Measurement = SessionMeasurement | RoomMeasurement;

export const isInRooms = (measurement: Measurement): measurement is RoomMeasurement => 'loadInRooms' in measurement;
