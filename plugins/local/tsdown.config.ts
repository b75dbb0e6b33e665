import { defineConfig } from 'tsdown';

export default defineConfig({
  // The workers are files of their own beside the index, as in `src`: they are started by their addresses.
  entry: { index: 'src/index.ts', 'flite-worker': 'src/flite/flite-worker.mjs', 'grammar-worker': 'src/grammar/grammar-worker.mjs' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  // The workers' types are nobody's business.
  dts: { entry: 'src/index.ts' },
  clean: true,
  failOnWarn: true,
  report: false,
  // How long its parts took depends on what else the machine does; it is no fault of the build's.
  inputOptions: { checks: { pluginTimings: false } },
});
