import { defineConfig } from 'tsdown';

// Measurements run as plain Node runs them: what compiles on the fly keeps a heap and a thread of its own, which figures would hold.
export default defineConfig({
  // A worker and its agent are programs of their own.
  entry: { 'run-measurement': 'run-measurement.ts', 'room-worker': 'rooms/room-worker.ts', 'room-agent': 'rooms/room-agent.ts' },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  deps: { neverBundle: [/^@parley\//, '@livekit/rtc-node', 'livekit-server-sdk', 'onnxruntime-node', 'ws'] },
  dts: false,
  clean: true,
  failOnWarn: true,
  report: false,
  // How long its parts took depends on what else the machine does; it is no fault of the build's.
  inputOptions: { checks: { pluginTimings: false } },
});
