import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Writes how many tests passed and failed to `file`, as JSON `{ passed, failed }`. A file or a group that fails without a failed test (it
 * cannot be loaded, its hook throws, it leaves something behind) counts as one failure, and so does each error that no test awaited.
 */
export function createCountReporter(file: string): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const counts = modules.map(countModule);
      const passed = counts.reduce((sum, count) => sum + count.passed, 0);
      const failed = counts.reduce((sum, count) => sum + count.failed, unhandledErrors.length);
      writeFileSync(file, JSON.stringify({ passed, failed }));
    },
  };
}

function countModule(module: TestModule): { readonly passed: number; readonly failed: number } {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const brokenGroups = [module, ...module.children.allSuites()].filter((group) => group.errors().length > 0);
  return {
    passed: states.filter((state) => state === 'passed').length,
    // A test that never ended neither passed nor was skipped.
    failed: states.filter((state) => state === 'failed' || state === 'pending').length + brokenGroups.length,
  };
}
