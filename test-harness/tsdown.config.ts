import { defineConfig } from 'tsdown';

export default defineConfig({
  // One file per entry of package.json's `exports`; what they share goes into chunks beside them.
  entry: { index: 'src/index.ts', loopback: 'src/loopback/index.ts', wire: 'src/wire/index.ts', wires: 'src/wires/index.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: true,
  clean: true,
  failOnWarn: true,
  report: false,
});
