// @ts-check

/**
 * A test that passes but leaves something behind.
 *
 * @param {string} fault
 * @param {{ readonly content: string; readonly expect: RegExp }} planted
 * @returns {import('./fault.mjs').Fault}
 */
function leak(fault, { content, expect }) {
  const path = `packages/core/src/turn/planted-${fault.replaceAll(/\W+/g, '-')}.test.ts`;
  return {
    step: 'tests',
    fault,
    files: { [path]: `import { test } from 'vitest';\n${content}` },
    expect: new RegExp(`FAIL.*${path}[\\s\\S]{0,400}${expect.source}`),
  };
}

/** The planted tests are run together, with nothing else. */
export const testCommand = ['node', 'node_modules/vitest/vitest.mjs', 'run', 'packages/core/src/turn/planted-'];

/** @type {readonly import('./fault.mjs').Fault[]} */
export const testFaults = [
  leak('a timer left behind', { content: "test('planted', () => void setTimeout(() => {}, 60_000));\n", expect: /resource: Timeout/ }),
  leak('a server left behind', {
    content: "import { createServer } from 'node:net';\ntest('planted', () => void createServer().listen(0, '127.0.0.1'));\n",
    expect: /resource: TCPServerWrap/,
  }),
  leak('a worker left behind', {
    content:
      "import { Worker } from 'node:worker_threads';\ntest('planted', () => new Worker('setInterval(() => {}, 1000)', { eval: true }).unref());\n",
    expect: /worker thread: number/,
  }),
  leak('a child process left behind', {
    content:
      "import { spawn } from 'node:child_process';\nconst options = { stdio: 'ignore' } as const;\n" +
      "test('planted', () => spawn(process.execPath, ['-e', 'setTimeout(() => {}, 8000)'], options).unref());\n",
    expect: /child process: /,
  }),
  leak('a file left open', {
    content: "import { openSync } from 'node:fs';\ntest('planted', () => void openSync('package.json', 'r'));\n",
    expect: /file: .*package\.json/,
  }),
  leak('a listener of the process left behind', {
    content: "test('planted', () => void process.on('SIGTERM', () => {}));\n",
    expect: /listener of the process: SIGTERM/,
  }),
  {
    step: 'tests',
    fault: 'an unhandled rejection',
    files: {
      'packages/core/src/turn/planted-rejection.test.ts':
        "import { test } from 'vitest';\ntest('planted', () => void Promise.reject(new Error('planted rejection')));\n",
    },
    expect: /Unhandled Rejection[\s\S]*planted rejection/,
    command: ['node', 'node_modules/vitest/vitest.mjs', 'run', 'packages/core/src/turn/planted-rejection'],
    isAlone: true,
  },
];
