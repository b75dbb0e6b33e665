// @ts-check
import { editManifest } from './fault.mjs';

/** One task on core alone. @param {string} task */
const onCore = (task) => ['node', 'scripts/turbo.mjs', 'run', task, '--filter=@parley/core', '--output-logs=errors-only'];
const manifest = 'packages/core/package.json';
const index = 'packages/core/src/index.ts';

/** @type {readonly import('./fault.mjs').Fault[]} */
export const packageFaults = [
  {
    step: 'packages',
    fault: 'publint: an entry whose file is not there',
    edits: {
      [manifest]: editManifest((fields) => {
        fields.exports['./lost'] = './dist/lost.mjs';
      }),
    },
    expect: /publint[\s\S]*lost\.mjs but the file does not exist/,
    command: onCore('publint'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'are-the-types-wrong: an entry without types',
    edits: {
      [manifest]: editManifest((fields) => {
        fields.exports['./untyped'] = './bare.js';
        fields.files.push('bare.js');
      }),
    },
    files: { 'packages/core/bare.js': 'export const planted = 1;\n' },
    expect: /attw[\s\S]*untyped[\s\S]*No types/,
    command: onCore('attw'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'API report: an export more',
    edits: { [index]: (text) => `${text}\nexport const planted = 1;\n` },
    expect: /index\.api\.md is not what the build exports[\s\S]*planted/,
    command: onCore('api'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'sources in the tarball',
    edits: { [manifest]: editManifest((fields) => fields.files.push('src')) },
    expect: /src\/index\.ts is in the tarball/,
    command: onCore('packed'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'an entry that require cannot load',
    edits: { [index]: (text) => `${text}\nexport const planted = await Promise.resolve(1);\n` },
    expect: /require of @parley\/core.* fails/,
    command: onCore('packed'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'an entry that leaves a timer running',
    edits: { [index]: (text) => `${text}\nexport const planted = globalThis.setInterval(() => {}, 1000);\n` },
    expect: /import of @parley\/core.* does not end/,
    command: onCore('packed'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'a build that fails',
    edits: { [index]: (text) => `${text}\nexport { nothing } from './planted-nowhere.js';\n` },
    expect: /planted-nowhere/,
    command: onCore('build'),
    isAlone: true,
  },
  {
    step: 'packages',
    fault: 'the guide to testing: an example that does not hold',
    edits: { 'docs/testing.md': (text) => text.replace("label).toBe('FrontDesk')", "label).toBe('Nobody')") },
    expect: /guide[\s\S]*expected 'FrontDesk' to be 'Nobody'/,
    command: onCore('guide'),
    isAlone: true,
  },
  {
    step: 'manifests',
    fault: 'a package that is never checked by publint',
    edits: {
      'plugins/local/package.json': editManifest((fields) => {
        delete fields.scripts.publint;
      }),
    },
    expect: /plugins\/local\/package\.json: "scripts" lacks "publint"/,
  },
  {
    step: 'manifests',
    fault: 'a plugin with a core of its own',
    edits: {
      'plugins/silero/package.json': editManifest((fields) => {
        fields.dependencies = { ...fields.dependencies, '@parley/core': '^1.0.0' };
      }),
    },
    expect: /plugins\/silero\/package\.json: @parley\/core must be a peer/,
  },
  {
    step: 'manifests',
    fault: 'a licence cut short',
    edits: { 'packages/core/LICENSE': () => 'Apache-2.0\n' },
    expect: /packages\/core.*LICENSE is not the whole text/,
  },
];
