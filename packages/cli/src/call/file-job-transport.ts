import { fileIO } from '@parley/core';
import type { JobTransport } from '@parley/core/provider';
import { writeCallPage } from '../call-view/call-files.js';
import { readFileConnection } from './file-connection.js';
import { FileRoom } from './file-room.js';
import { callPaths, EventLog } from '../call-view/call-files.js';

/** Calls whose page is still to be written. */
const over = new Set<FileRoom>();

/** Plays a caller from a file, shows the call on standard output, and writes its files. */
export const jobTransport: JobTransport = {
  async connect(connection, { clock, logger }) {
    const { input, folder, title } = readFileConnection(connection);
    const paths = callPaths(folder);
    const io = await fileIO({ input, output: paths.wav, clock });
    const room = new FileRoom({ io, log: await EventLog.open(paths.jsonl), screen: process.stdout, clock, logger, title, paths });
    over.add(room);
    return room;
  },
  async dispose() {
    for (const { record, paths } of over) await writeCallPage(paths, record);
    over.clear();
  },
};
