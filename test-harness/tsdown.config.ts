import { defineConfig } from 'tsdown';

export default defineConfig({
  // One file per entry of package.json's `exports`; what they share goes into chunks beside them.
  entry: {
    index: 'src/index.ts',
    loopback: 'src/loopback/index.ts',
    wire: 'src/wire/index.ts',
    wires: 'src/wires/index.ts',
    // Programs: the command, the process in which a plugin is proven, and the one in which it is imported to see what that does.
    cli: 'src/cli/main.ts',
    'plugin-process': 'src/process/plugin-process.ts',
    'import-probe': 'src/package/import-probe.mjs',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: { entry: ['src/index.ts', 'src/loopback/index.ts', 'src/wire/index.ts', 'src/wires/index.ts'] },
  // How long its parts took depends on what else the machine does; it is no fault of the build's.
  inputOptions: { checks: { pluginTimings: false } },
  clean: true,
  failOnWarn: true,
  report: false,
});
