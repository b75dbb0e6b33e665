import { defineConfig } from 'tsdown';

export default defineConfig({
  // `transport` is a file of its own: the process of a job loads it by its URL, without the rest.
  entry: { index: 'src/index.ts', transport: 'src/transport/index.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: true,
  clean: true,
  failOnWarn: true,
  report: false,
});
