import { defineConfig } from 'tsdown';

export default defineConfig({
  // The worker is a file of its own beside the index, as in `src`: it is started by its address.
  entry: { index: 'src/index.ts', 'silero-worker': 'src/silero-worker.mjs' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // The worker's types are nobody's business.
  dts: { entry: 'src/index.ts' },
  clean: true,
  failOnWarn: true,
  report: false,
  // How long its parts took depends on what else the machine does; it is no fault of the build's.
  inputOptions: { checks: { pluginTimings: false } },
});
