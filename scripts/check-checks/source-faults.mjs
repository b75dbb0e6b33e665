// @ts-check
import { editManifest } from './fault.mjs';

const folder = 'packages/core/src/turn';
// In parts, so that this file itself holds neither.
const later = 'TO' + 'DO';
const switchOff = 'oxlint-' + 'disable-next-line';

/** @type {readonly import('./fault.mjs').Fault[]} */
export const sourceFaults = [
  {
    step: 'format',
    fault: 'double quotes and no semicolon',
    files: { [`${folder}/planted-format.ts`]: 'export const planted = "text"\n' },
    expect: /planted-format\.ts/,
  },
  {
    step: 'types',
    fault: 'a string where a number belongs',
    files: { [`${folder}/planted-type.ts`]: "export const planted: number = 'text';\n" },
    expect: /planted-type\.ts\(1,\d+\): error TS2322/,
  },
  {
    step: 'types',
    fault: 'undefined for an option that may be left out',
    files: { 'examples/front-desk/planted-optional.ts': 'export const planted: { readonly a?: number } = { a: undefined };\n' },
    expect: /planted-optional\.ts\(1,\d+\): error TS2375/,
  },
  {
    step: 'types',
    fault: 'a wrong argument in a worker file',
    files: { 'plugins/local/src/planted-worker.mjs': '// @ts-check\nMath.abs("one");\nexport {};\n' },
    expect: /planted-worker\.mjs\(2,\d+\): error TS2345/,
  },
  {
    step: 'unused',
    fault: 'a file nobody imports',
    files: { [`${folder}/planted-file.ts`]: 'export const planted = 1;\n' },
    expect: /planted-file\.ts/,
  },
  {
    step: 'unused',
    fault: 'an export nobody imports',
    files: {
      [`${folder}/planted-used.ts`]: 'export const plantedUsed = 1;\nexport const plantedUnused = 2;\n',
      [`${folder}/planted-used.test.ts`]:
        "import { test } from 'vitest';\nimport { plantedUsed } from './planted-used.js';\ntest('planted', () => void plantedUsed);\n",
    },
    expect: /plantedUnused/,
  },
  {
    step: 'unused',
    fault: 'a dependency nobody imports',
    edits: {
      'packages/core/package.json': editManifest((manifest) => {
        manifest.dependencies['tsx'] = '*';
      }),
    },
    expect: /tsx +packages\/core\/package\.json/,
  },
  {
    step: 'unused',
    fault: 'an import that package.json does not name',
    files: { 'plugins/silero/src/planted-unlisted.test.ts': "import { test } from 'vitest';\nimport 'zod';\ntest('planted', () => {});\n" },
    expect: /zod +plugins\/silero/,
  },
  {
    step: 'lock',
    fault: 'a package.json that the lock file does not fit',
    edits: {
      'packages/core/package.json': editManifest((manifest) => {
        manifest.dependencies['fast-check'] = '4.10.1';
      }),
    },
    expect: /package-lock\.json|lock file/,
  },
  {
    step: 'words',
    fault: 'work put off without an issue',
    files: { 'docs/planted-later.md': `${later}: say how.\n` },
    expect: /docs\/planted-later\.md:1: put off/,
  },
  {
    step: 'words',
    fault: "a path of somebody's machine",
    files: { 'docs/planted-path.md': `See ${'/' + 'root'}/notes.\n` },
    expect: /docs\/planted-path\.md:1: a path/,
  },
  {
    step: 'source',
    fault: 'export *',
    files: { [`${folder}/planted-star.ts`]: "export * from './turn-options.js';\n" },
    expect: /planted-star\.ts:1: export \*/,
  },
  {
    step: 'source',
    fault: 'a decorator in published code',
    files: { [`${folder}/planted-decorator.ts`]: 'const mark = () => {};\nexport class Planted {\n  @mark run() {}\n}\n' },
    expect: /planted-decorator\.ts:3: decorator/,
  },
  {
    step: 'source',
    fault: 'new Date()',
    files: { [`${folder}/planted-date.ts`]: 'export const planted = () => new Date();\n' },
    expect: /planted-date\.ts:1: new Date/,
  },
  {
    step: 'source',
    fault: 'a test that sleeps',
    files: { [`${folder}/planted-sleep.test.ts`]: 'await new Promise((resolve) => setTimeout(resolve, 100));\n' },
    expect: /planted-sleep\.test\.ts:1: a test does not sleep/,
  },
  {
    step: 'source',
    fault: 'a file named utils.ts',
    files: { [`${folder}/utils.ts`]: 'export const planted = 1;\n' },
    expect: /utils\.ts:1: a file is named/,
  },
  {
    step: 'source',
    fault: 'a rule switched off without a reason',
    files: { [`${folder}/planted-disable.ts`]: `// ${switchOff} no-console\nexport const planted = 1;\n` },
    expect: /planted-disable\.ts:1: oxlint-disable-next-line without a reason/,
  },
];
