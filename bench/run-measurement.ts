// Built into one file, as plain JavaScript. The process of one run of one measurement: `runInChild` starts it, and gets the rows.
import type { BenchRow } from './bench-row.js';
import { isInRooms, type Measurement } from './measurement.js';
import { measurements } from './measurements.js';
import { loadSubject, type SubjectName } from './subject.js';
import { writeProfileOf } from './write-profile-of.js';

const [name, size, subjectName, profilePath] = process.argv.slice(2);
const measurement = measurements.find((candidate) => candidate.name === name);
if (measurement === undefined || process.send === undefined)
  throw new Error('this file is started by main.ts, with the name of a measurement');

// Whoever asked for the rows has gone.
const leave = (): never => process.exit(1);
process.once('disconnect', leave);

const isQuick = size === 'quick';
const subject = subjectName === 'peer' ? 'peer' : 'parley';
const run = await prepare(measurement, subject);
const rows = await (profilePath === undefined ? run() : writeProfileOf(run, profilePath));
process.send(rows, () => {
  process.off('disconnect', leave);
  process.disconnect();
  // What it has left open is its own affair, as is what LiveKit's library has; ours must end by itself.
  if (subject === 'peer' || isInRooms(measurement)) process.exit(0);
});

async function prepare(chosen: Measurement, name: SubjectName): Promise<() => Promise<readonly BenchRow[]>> {
  if (isInRooms(chosen)) {
    const measure = await chosen.loadInRooms();
    return () => measure({ isQuick, subject: name });
  }
  const measure = await chosen.load();
  const loaded = await loadSubject(name);
  return () => measure({ isQuick, subject: loaded });
}
