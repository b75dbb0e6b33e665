// Built into one file, as plain JavaScript. The process of one run of one measurement: `runInChild` starts it, and gets the rows.
import { measurements } from './measurements.js';
import { loadSubject } from './subject.js';
import { writeProfileOf } from './write-profile-of.js';

const [name, size, subjectName, profilePath] = process.argv.slice(2);
const measurement = measurements.find((candidate) => candidate.name === name);
if (measurement === undefined || process.send === undefined)
  throw new Error('this file is started by main.ts, with the name of a measurement');

// Whoever asked for the rows has gone.
const leave = (): never => process.exit(1);
process.once('disconnect', leave);

const measure = await measurement.load();
const subject = await loadSubject(subjectName === 'peer' ? 'peer' : 'parley');
const run = () => measure({ isQuick: size === 'quick', subject });
const rows = await (profilePath === undefined ? run() : writeProfileOf(run, profilePath));
process.send(rows, () => {
  process.off('disconnect', leave);
  process.disconnect();
  // What it has left open is its own affair; ours must end by itself.
  if (subject.name === 'peer') process.exit(0);
});
