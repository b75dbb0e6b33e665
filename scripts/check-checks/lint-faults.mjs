// @ts-check

const folder = 'packages/core/src/turn';
const lines = (/** @type {number} */ count, /** @type {string} */ line) => `${line}\n`.repeat(count);

/**
 * A fault in one planted file, that lint must name with its rule.
 *
 * @param {string} rule
 * @param {{ readonly fault: string; readonly content: string; readonly path?: string }} planted
 * @returns {import('./fault.mjs').Fault}
 */
function lintFault(rule, { fault, content, path }) {
  const file = path ?? `${folder}/planted-${fault.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.ts`;
  const name = file.replaceAll('.', String.raw`\.`);
  return { step: 'lint', fault, files: { [file]: content }, expect: new RegExp(`^${name}:.*\\[Error/[a-z-]+\\(${rule}\\)`, 'm') };
}

/** Reading the real clock, or chance: banned where time is passed in. */
const clockFaults = ['Date.now()', 'performance.now()', 'Math.random()', 'process.hrtime()'].map((call) =>
  lintFault('no-restricted-(properties|globals)', { fault: call, content: `export const planted = () => ${call};\n` }),
);
const timerFaults = ['setTimeout', 'setInterval', 'globalThis.setImmediate'].map((call) =>
  lintFault('no-restricted-globals', { fault: `${call} in core`, content: `export const planted = () => ${call}(() => {}, 1);\n` }),
);
const floorFaults = [
  'AbortSignal.any([])',
  'AbortSignal.timeout(1)',
  'Promise.withResolvers()',
  'Array.fromAsync([])',
  'new DisposableStack()',
].map((call) =>
  lintFault('no-restricted-(properties|globals)', {
    fault: call,
    content: `export const planted = () => ${call};\n`,
    path: `bench/planted-${call.replaceAll(/\W+/g, '-').toLowerCase().replace(/-$/, '')}.ts`,
  }),
);

/** @type {readonly import('./fault.mjs').Fault[]} */
export const lintFaults = [
  {
    step: 'lint',
    fault: 'a cycle of type imports',
    files: {
      [`${folder}/planted-cycle-a.ts`]: "import type { B } from './planted-cycle-b.js';\nexport interface A {\n  readonly b: B;\n}\n",
      [`${folder}/planted-cycle-b.ts`]: "import type { A } from './planted-cycle-a.js';\nexport interface B {\n  readonly a: A;\n}\n",
    },
    expect: /planted-cycle-[ab]\.ts:.*\[Error\/import\(no-cycle\)/,
  },
  ...clockFaults,
  ...timerFaults,
  ...floorFaults,
  lintFault('no-restricted-globals', {
    fault: 'a timer in a plugin',
    content: 'export const planted = () => setTimeout(() => {}, 1);\n',
    path: 'plugins/local/src/planted-timer.ts',
  }),
  lintFault('no-restricted-imports', { fault: 'an import of node:timers', content: "export { setTimeout } from 'node:timers';\n" }),
  lintFault('max-lines', { fault: '301 lines', content: lines(301, 'console.log();') }),
  lintFault('max-lines', { fault: '501 lines in a test', content: lines(501, 'console.log();'), path: `${folder}/planted.test.ts` }),
  lintFault('max-lines-per-function', {
    fault: '51 lines in a function',
    content: `export function planted() {\n${lines(50, '  console.log();')}}\n`,
  }),
  lintFault('max-params', { fault: 'four parameters', content: 'export const planted = (a: 1, b: 1, c: 1, d: 1) => [a, b, c, d];\n' }),
  lintFault('no-floating-promises', {
    fault: 'a floating promise',
    content: 'const later = async () => {};\nexport function planted() {\n  later();\n}\n',
  }),
  lintFault('no-misused-promises', {
    fault: 'a promise as a condition',
    content: 'const later = async () => true;\nexport const planted = () => {\n  if (later()) return 1;\n  return 2;\n};\n',
  }),
  lintFault('no-explicit-any', { fault: 'any', content: 'export const planted = (value: any) => value === 1;\n' }),
  lintFault('no-unsafe-member-access', {
    fault: 'any from JSON.parse',
    content: "export const planted = () => JSON.parse('{}').a === 1;\n",
  }),
  lintFault('no-non-null-assertion', {
    fault: 'a non-null assertion',
    content: 'export const planted = (value?: string) => value!.length;\n',
  }),
  lintFault('consistent-type-assertions', {
    fault: 'a type assertion',
    content: 'export const planted = (value: unknown) => value as string;\n',
  }),
  lintFault('no-default-export', { fault: 'a default export', content: 'export default 1;\n' }),
  lintFault('no-console', { fault: 'console in a package', content: "export const planted = () => console.log('here');\n" }),
  lintFault('no-top-level-await', {
    fault: 'top-level await in a package',
    content: 'await Promise.resolve();\nexport const planted = 1;\n',
  }),
  lintFault('no-unused-vars', { fault: 'an unused variable', content: 'const planted = 1;\nexport const other = 2;\n' }),
  lintFault('switch-exhaustiveness-check', {
    fault: 'a forgotten case',
    content: "export function planted(kind: 'a' | 'b') {\n  switch (kind) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n",
  }),
  lintFault('no-focused-tests', {
    fault: 'a focused test',
    content: "import { test } from 'vitest';\ntest.only('planted', () => {});\n",
    path: `${folder}/planted-focused.test.ts`,
  }),
  {
    step: 'lint',
    fault: 'a switch-off that switches nothing off',
    files: { [`${folder}/planted-switch.ts`]: '// oxlint-disable-next-line no-console -- planted\nexport const planted = 1;\n' },
    expect: /planted-switch\.ts:.*[Uu]nused .*disable directive/,
  },
];
