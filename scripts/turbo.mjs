// @ts-check
// turbo, without its telemetry: `node scripts/turbo.mjs run build`. (It has no setting for that in turbo.json.)
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../node_modules/turbo/bin/turbo', import.meta.url));
const result = spawnSync(process.execPath, [program, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1' },
});
if (result.error !== undefined) console.error(`turbo cannot start: ${result.error.message}`);
process.exitCode = result.status ?? 1;
