import { defineConfig } from 'tsdown';

export default defineConfig({
  // `parley` is the command: a program of its own.
  entry: { index: 'src/index.ts', parley: 'src/parley.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: { entry: ['src/index.ts'] },
  clean: true,
  failOnWarn: true,
  report: false,
});
