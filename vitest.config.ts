import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { createCountReporter } from './scripts/vitest/count-reporter.js';

/** Where to write how many tests passed and failed, for a count over several runs; unset, only the usual output. */
const reportFile = process.env['PARLEY_TEST_REPORT'];
const core = 'packages/core/src/**/*.test.ts';
/** These look at what is loaded, or at how memory grows: each in a process of its own. */
const alone =
  'packages/core/src/{audio/frame-converter,call-io/file-io,provider-kit/call-stream,stream/channel,stream/linked-signal}.test.ts';

/** Breaks every rule of the conformance kit once, which takes minutes: `npm run mutants`. */
const mutants = 'test-harness/src/mutants/*-mutants.test.ts';

/** These take as long as it takes to talk, and are held on one Node. */
const longCalls = 'examples/*/test/{browser-call,call-in-room}.test.ts';

/** Fifty calls, which take both cores, and a caller who is waited for: after all others, and on one Node only. */
const nodes = 'packages/livekit/src/{lost-caller,several-nodes}.real-server.test.ts';

export default defineConfig({
  // Sources of our own packages without a build. For tests it is the `ssr` condition that counts.
  ssr: { resolve: { conditions: ['@parley/source'] } },
  test: {
    setupFiles: ['./scripts/vitest/leak-check.ts'],
    testTimeout: 20_000,
    // One fewer than there are processors would be one in CI; but what takes long here waits, for processes, servers and time to pass.
    maxWorkers: Math.max(3, availableParallelism()),
    ...(reportFile === undefined || reportFile === '' ? {} : { reporters: ['default', createCountReporter(reportFile)] }),
    projects: [
      // Core holds no state of a process, so its tests share one: each file would load the whole of it anew, for longer than it tests.
      { extends: true, test: { name: 'core', include: [core], exclude: [alone], isolate: false } },
      {
        extends: true,
        test: {
          name: 'rest',
          include: [
            alone,
            'packages/!(core)/**/*.test.ts',
            '{plugins,examples}/*/**/*.test.ts',
            'test-harness/src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          exclude: ['**/node_modules/**', '**/dist/**', mutants, longCalls, nodes],
        },
      },
      { extends: true, test: { name: 'long-calls', include: [longCalls] } },
      { extends: true, test: { name: 'nodes', include: [nodes], sequence: { groupOrder: 1 } } },
      { extends: true, test: { name: 'mutants', include: [mutants] } },
    ],
  },
});
