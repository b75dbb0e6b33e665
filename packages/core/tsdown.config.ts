import { defineConfig } from 'tsdown';

export default defineConfig({
  // One file per entry of package.json's `exports`; what they share goes into chunks beside them.
  entry: {
    index: 'src/index.ts',
    provider: 'src/provider/index.ts',
    'provider-kit': 'src/provider-kit/index.ts',
    worker: 'src/worker/index.ts',
    // What a job process runs: a file of its own beside the worker's, started by its address.
    'worker-child': 'src/worker/worker-child.ts',
    testing: 'src/testing/index.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: true,
  clean: true,
  failOnWarn: true,
  report: false,
});
