import { realClock } from '@parley/core';
import { isJobProcess } from '@parley/core/worker';
import type { AppOptions } from './app-options.js';
import { runCommand } from './run-command.js';

/**
 * Gives an application the `parley` commands: reads the command line, does what it says, and sets the exit code. In a job process it does
 * nothing, so that one file may be both the program and the agent's module.
 *
 * ```ts
 * export default defineAgent({ entry });
 * void runApp({ agent: import.meta.url, agentName: 'front-desk' });
 * ```
 *
 * @returns Settles when the command has ended; never rejects.
 */
export async function runApp(options: AppOptions = {}): Promise<void> {
  if (isJobProcess()) return;
  // Whoever reads no more of it (`| head`) ends nothing.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  process.exitCode = await runCommand(process.argv.slice(2), options, {
    environment: process.env,
    // npm runs a workspace's script in the workspace's own folder, and tells where the user stands.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    screen: process.stdout,
    errors: process.stderr,
    clock: realClock,
  });
}
