// @ts-check

const core = 'packages/core/src';
const target = 'export interface Target {\n  readonly value: string;\n}\n';

/**
 * A type import that a rule must refuse: the planted file imports another planted file.
 *
 * @param {string} rule
 * @param {{ readonly from: string; readonly to: string; readonly specifier?: string; readonly fault: string }} planted `from` and `to` are
 *   files; `specifier` is how the one names the other, if not by the shortest relative path.
 * @returns {import('./fault.mjs').Fault}
 */
function boundaryFault(rule, { from, to, specifier, fault }) {
  const up = '../'.repeat(from.split('/').length - 1);
  const name = specifier ?? `${up}${to.replace(/\.ts$/, '.js')}`;
  return {
    step: 'boundaries',
    fault,
    files: { ...(to === '' ? {} : { [to]: target }), [from]: `export type { Target } from '${name}';\n` },
    expect: new RegExp(`error ${rule}: ${from.replaceAll('.', String.raw`\.`)} `),
  };
}

/** One folder of each rank of core, in order: each imports a type of the next. */
const folders = ['stream', 'chat', 'observe', 'hearing', 'agent', 'session', 'worker'];
const rankFaults = folders.slice(0, -1).map((folder, rank) =>
  boundaryFault(`rank-${rank}`, {
    fault: `${folder}/ imports a type of ${folders[rank + 1]}/`,
    from: `${core}/${folder}/planted-rank.ts`,
    to: `${core}/${folders[rank + 1]}/planted-above.ts`,
  }),
);

/** Neighbours of one rank. @param {string} from @param {string} to */
const strangers = (from, to) =>
  boundaryFault('strangers-[a-z-]+', {
    fault: `${from}/ imports ${to}/`,
    from: `${core}/${from}/planted-stranger.ts`,
    to: `${core}/${to}/planted-neighbour.ts`,
  });

/** @type {readonly import('./fault.mjs').Fault[]} */
export const boundaryFaults = [
  ...rankFaults,
  strangers('turn', 'speaking'),
  strangers('call-io', 'observe'),
  {
    step: 'boundaries',
    fault: 'a cycle of type imports',
    files: {
      [`${core}/turn/planted-cycle-a.ts`]: "import type { B } from './planted-cycle-b.js';\nexport type A = B[];\n",
      [`${core}/turn/planted-cycle-b.ts`]: "import type { A } from './planted-cycle-a.js';\nexport type B = A[];\n",
    },
    expect: /error no-cycle: .*planted-cycle-[ab]/,
  },
  boundaryFault('cli-imports-public-entries', {
    fault: 'the command imports a file of core that is no entry',
    from: 'packages/cli/src/planted-inner.ts',
    to: `${core}/worker/planted-inside.ts`,
  }),
  boundaryFault('no-unresolved', {
    fault: 'an import of nothing',
    from: `${core}/turn/planted-lost.ts`,
    to: '',
    specifier: './planted-nowhere.js',
  }),
  boundaryFault('every-folder-has-a-rank', {
    fault: 'a folder of core without a rank',
    from: `${core}/session/planted-rankless.ts`,
    to: `${core}/planted/rankless.ts`,
  }),
  boundaryFault('provider-imports-nothing', {
    fault: 'provider/ imports stream/',
    from: `${core}/provider/planted-provider.ts`,
    to: `${core}/stream/planted-low.ts`,
  }),
  boundaryFault('provider-kit-imports-rank-0-and-1', {
    fault: 'provider-kit/ imports turn/',
    from: `${core}/provider-kit/planted-kit.ts`,
    to: `${core}/turn/planted-high.ts`,
  }),
  boundaryFault('kits-are-for-others', {
    fault: 'session/ imports testing/',
    from: `${core}/session/planted-session.ts`,
    to: `${core}/testing/planted-testing.ts`,
  }),
  boundaryFault('no-folder-index', {
    fault: "a folder's index imported inside core",
    from: `${core}/session/planted-index.ts`,
    to: '',
    specifier: '../provider/index.js',
  }),
  boundaryFault('core-stands-alone', {
    fault: 'core imports a plugin',
    from: `${core}/session/planted-plugin.ts`,
    to: 'plugins/local/src/planted-target.ts',
  }),
  boundaryFault('core-without-vendors', {
    fault: 'core imports zod',
    from: `${core}/session/planted-zod.ts`,
    to: '',
    specifier: 'zod',
  }),
  boundaryFault('livekit-only-in-its-package', {
    fault: 'a plugin imports @livekit',
    from: 'plugins/local/src/planted-livekit.ts',
    to: '',
    specifier: '@livekit/rtc-node',
  }),
  boundaryFault('livekit-imports-entries-of-core', {
    fault: '@parley/livekit reaches into core',
    from: 'packages/livekit/src/planted-reach.ts',
    to: `${core}/stream/planted-inside.ts`,
  }),
  boundaryFault('plugin-imports-the-contract-only', {
    fault: 'a plugin imports all of core',
    from: 'plugins/local/src/planted-core.ts',
    to: '',
    specifier: '@parley/core',
  }),
  boundaryFault('plugin-test-imports-public-entries', {
    fault: "a plugin's test reaches into core",
    from: 'plugins/local/src/planted-reach.test.ts',
    to: `${core}/session/planted-inside.ts`,
  }),
  boundaryFault('plugin-imports-no-plugin', {
    fault: 'a plugin imports a plugin',
    from: 'plugins/local/src/planted-plugin.ts',
    to: '',
    specifier: '@parley/silero',
  }),
  boundaryFault('examples-import-public-entries', {
    fault: 'an example reaches into core',
    from: 'examples/front-desk/planted-reach.ts',
    to: `${core}/session/planted-private.ts`,
  }),
  boundaryFault('example-imports-no-example', {
    fault: 'an example imports the bench',
    from: 'examples/front-desk/planted-bench.ts',
    to: 'bench/planted-target.ts',
  }),
  boundaryFault('published-code-imports-no-dev-dependency', {
    fault: 'core imports a development dependency',
    from: `${core}/turn/planted-dev.ts`,
    to: '',
    specifier: 'fast-check',
  }),
  {
    step: 'boundaries',
    fault: 'the ElevenLabs plugin runs the SDK of which it needs the types',
    files: { 'plugins/elevenlabs/src/planted-sdk.ts': "export { ElevenLabsClient } from '@elevenlabs/elevenlabs-js';\n" },
    expect: /error elevenlabs-sdk-for-its-types-alone: plugins\/elevenlabs\/src\/planted-sdk\.ts /,
  },
];
