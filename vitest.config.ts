import { defineConfig } from 'vitest/config';

export default defineConfig({
  // Sources of our own packages without a build. For tests it is the `ssr` condition that counts.
  ssr: { resolve: { conditions: ['@parley/source'] } },
  test: {
    include: ['{packages,plugins,examples}/*/**/*.test.ts', 'scripts/**/*.test.ts', 'bench/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
  },
});
