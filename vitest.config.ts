import { defineConfig } from 'vitest/config';
import { createCountReporter } from './scripts/vitest/count-reporter.js';

/** Where to write how many tests passed and failed, for a count over several runs; unset, only the usual output. */
const reportFile = process.env['PARLEY_TEST_REPORT'];

export default defineConfig({
  // Sources of our own packages without a build. For tests it is the `ssr` condition that counts.
  ssr: { resolve: { conditions: ['@parley/source'] } },
  test: {
    include: ['{packages,plugins,examples}/*/**/*.test.ts', 'test-harness/src/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    setupFiles: ['./scripts/vitest/leak-check.ts'],
    testTimeout: 20_000,
    ...(reportFile === undefined || reportFile === '' ? {} : { reporters: ['default', createCountReporter(reportFile)] }),
  },
});
