// @ts-check
import { editManifest } from './fault.mjs';

/** After a build, for what is planted is published. @param {string} command */
const built = (command) => ['sh', '-c', `node scripts/turbo.mjs run build --output-logs=errors-only && node scripts/${command}`];

/** What is tried outside the repository. @type {readonly import('../check/steps.mjs').Step[]} */
export const publishedSteps = [
  { name: 'installed', about: 'packed packages in an empty folder', command: built('installed-packages.mjs') },
  { name: 'released', about: 'released plugins with this core', command: built('released-plugins.mjs') },
];

/** @type {readonly import('./fault.mjs').Fault[]} */
export const publishedFaults = [
  {
    step: 'installed',
    fault: 'a plugin for another core than the others',
    edits: {
      'plugins/deepgram/package.json': editManifest((fields) => {
        fields.peerDependencies['@parley/core'] = '^2.0.0';
      }),
    },
    expect: /npm: "npm install[\s\S]*ERESOLVE/,
    command: built('installed-packages.mjs --with npm'),
    isAlone: true,
  },
  {
    step: 'installed',
    fault: 'a plugin that needs its install script',
    edits: {
      'plugins/elevenlabs/package.json': editManifest((fields) => {
        fields.scripts.postinstall = `node -e "fs.writeFileSync('dist/planted.bin', '')"`;
      }),
      'plugins/elevenlabs/src/index.ts': (text) =>
        `import { readFileSync } from 'node:fs';\n${text}\nreadFileSync(new URL('./planted.bin', import.meta.url));\n`,
    },
    expect: /pnpm: "node use-plugins[\s\S]*planted\.bin/,
    command: built('installed-packages.mjs --with pnpm'),
    isAlone: true,
  },
  {
    step: 'released',
    fault: 'a core that fails plugins released before it',
    edits: {
      'packages/core/src/provider-kit/read-key.ts': (text) =>
        text.replace('}): string {', "}): string {\n  if (options.provider !== '') throw new TypeError('planted');"),
    },
    expect: /@parley\/elevenlabs 0\.9\.0[^\n]*does not conform[\s\S]*planted/,
    command: built('released-plugins.mjs elevenlabs'),
    isAlone: true,
  },
];
