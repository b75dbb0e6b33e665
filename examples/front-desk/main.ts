import { onInterruption } from './src/interruption.js';
import { runDemo } from './src/run-demo.js';

// Whoever reads no more of it (`| head`) does not end the call.
process.stdout.on('error', () => {});

using interruption = onInterruption();
process.exitCode = await runDemo(process.argv.slice(2), {
  // npm runs a workspace's script in the workspace's own folder, and tells where the user stands.
  folder: process.env['INIT_CWD'] ?? process.cwd(),
  screen: process.stdout,
  errors: process.stderr,
  signal: interruption.signal,
});
