import { mkdir, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import { dirname } from 'node:path';
import { profileTable } from './profile-table.js';

/** Does the work, writes a CPU profile of just that (what was loaded before is not in it), and shows where the time went. */
export async function writeProfileOf<Result>(work: () => Promise<Result>, path: string): Promise<Result> {
  const session = new Session();
  session.connect();
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.start');
    const result = await work();
    const { profile } = await session.post('Profiler.stop');
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify(profile));
    console.error(profileTable(profile));
    return result;
  } finally {
    session.disconnect();
  }
}
