import { realClock } from '@parley/core';
import { defineAgent } from '@parley/core/worker';
import { fileCallDispatcher } from '../call/file-call-dispatcher.js';
import { fileConnection } from '../call/file-connection.js';
import { runApp } from '../run-app.js';

/** Long enough for a signal to come in the midst of it. */
const callMs = 1500;

/** Takes one call, which is over soon; with TRIAL_DEED `stay` it is not. */
export default defineAgent({
  async entry(context) {
    await context.connect();
    context.logger.log('info', 'in the call', { jobPid: process.pid });
    if (context.info.metadata !== 'stay') realClock.after(callMs, () => context.shutdown('all was said'));
  },
});

const folder = process.env['TRIAL_FOLDER'] ?? '';
void runApp({
  agent: import.meta.url,
  port: null,
  idleProcesses: 0,
  loadThreshold: null,
  initializeTimeoutMs: 60_000,
  dispatcher: fileCallDispatcher({
    connection: fileConnection({ input: `${folder}/caller.wav`, folder, title: 'A trial' }),
    metadata: process.env['TRIAL_DEED'] ?? '',
  }),
});
