// @ts-check
// Who may import whom: `docs/architecture.md` says why. Type imports count, and so do tests, except where a rule says otherwise.

/** Folders of core by rank: a folder imports its own rank and lower ones, if no rule below says otherwise. */
const ranks = [
  ['provider', 'time', 'stream'],
  ['audio', 'chat', 'tools', 'text'],
  ['observe', 'call-io'],
  ['hearing', 'turn', 'thinking', 'speaking', 'adapters'],
  ['agent', 'run'],
  ['session'],
  ['worker', 'telemetry'],
];
/** Folders of a rank that do not know each other: something above connects them. */
const strangers = ['call-io', 'observe', 'hearing', 'turn', 'thinking', 'speaking', 'adapters'];

const core = '^packages/core/src/';
const test = String.raw`(\.test\.ts$|/__fixtures__/)`;
/** @param {readonly string[]} names */
const folders = (names) => `${core}(${names.join('|')})/`;
const publicEntries = `${core}((provider|provider-kit|testing|worker)/)?index\\.ts$`;

/** @typedef {import('dependency-cruiser').IForbiddenRuleType} Rule */

/** @type {Rule[]} */
const rankRules = ranks.slice(0, -1).map((names, rank) => ({
  name: `rank-${rank}`,
  comment: `A folder of rank ${rank} imports no folder of a higher rank.`,
  severity: 'error',
  from: { path: folders(names) },
  to: { path: folders(ranks.slice(rank + 1).flat()) },
}));

/** @type {Rule[]} */
const strangerRules = ranks
  .map((names) => names.filter((name) => strangers.includes(name)))
  .filter((names) => names.length > 1)
  .map((names) => ({
    name: `strangers-${names.join('-')}`,
    comment: 'Folders of this rank do not import each other: session/ connects them.',
    severity: 'error',
    from: { path: `${core}(${names.join('|')})/` },
    to: { path: folders(names), pathNot: `${core}$1/` },
  }));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycle',
      comment: 'What two files share wants a file of its own.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'every-folder-has-a-rank',
      comment: 'A folder of core that no rank names: give it one above, and in docs/architecture.md.',
      severity: 'error',
      from: {},
      to: { path: `${core}[^/]+/`, pathNot: folders([...ranks.flat(), 'provider-kit', 'testing']) },
    },
    ...rankRules,
    ...strangerRules,
    {
      name: 'provider-imports-nothing',
      comment: 'The contract stands alone, so that a plugin loads nothing else.',
      severity: 'error',
      from: { path: folders(['provider']), pathNot: test },
      to: { pathNot: folders(['provider']) },
    },
    {
      name: 'provider-kit-imports-rank-0-and-1',
      severity: 'error',
      from: { path: folders(['provider-kit']) },
      to: { path: core, pathNot: folders(['provider-kit', 'testing', ...ranks.slice(0, 2).flat()]) },
    },
    {
      name: 'kits-are-for-others',
      comment: 'Inside core only testing/ uses provider-kit/, and only tests use testing/.',
      severity: 'error',
      from: { path: core, pathNot: `${test}|${folders(['testing', 'provider-kit'])}` },
      to: { path: folders(['testing', 'provider-kit']) },
    },
    {
      name: 'provider-kit-without-testing',
      severity: 'error',
      from: { path: folders(['provider-kit']), pathNot: test },
      to: { path: folders(['testing']) },
    },
    {
      name: 'no-folder-index',
      comment: 'Inside a package import the file itself.',
      severity: 'error',
      from: { path: '^(packages|plugins)/([^/]+)/src/', pathNot: test },
      to: { path: '^$1/$2/src/.*\\bindex\\.ts$' },
    },
    {
      name: 'core-stands-alone',
      comment: 'Core imports no plugin, no example, nothing of ours at all.',
      severity: 'error',
      from: { path: core },
      to: { path: ['^(plugins|examples|bench|scripts|test-harness)/', '^packages/(?!core/)'] },
    },
    {
      name: 'core-without-vendors',
      comment: 'No vendor and no schema library in core: applications bring theirs.',
      severity: 'error',
      from: { path: core, pathNot: test },
      to: { path: '(^|node_modules/)(@livekit|openai|@anthropic-ai|@deepgram|@elevenlabs|zod)(/|$)' },
    },
    {
      name: 'livekit-only-in-its-package',
      comment: 'And in tests of examples and benches in rooms, whose callers are clients of LiveKit and stand on nothing of ours.',
      severity: 'error',
      from: {
        path: '^(packages|plugins|examples|bench)/',
        pathNot: ['^(packages/livekit|examples/[^/]+/test)/', '^bench/rooms/room-caller\\.ts$'],
      },
      to: { path: '(^|node_modules/)@livekit/' },
    },
    {
      name: 'livekit-imports-entries-of-core',
      comment: '@parley/livekit stands on what core publishes, as an application does, and on no plugin. Its tests start the server.',
      severity: 'error',
      from: { path: '^packages/livekit/' },
      to: {
        path: '^(packages|plugins|examples|bench|scripts)/',
        pathNot: ['^packages/livekit/', '^scripts/livekit-server/', publicEntries],
      },
    },
    {
      name: 'cli-imports-public-entries',
      comment: '@parley/cli stands on what core and @parley/livekit publish, and on no plugin: it finds those where the application is.',
      severity: 'error',
      from: { path: '^packages/cli/' },
      to: {
        path: '^(packages|plugins|examples|bench|scripts|test-harness)/',
        pathNot: ['^packages/cli/', publicEntries, '^packages/livekit/src/index\\.ts$'],
      },
    },
    {
      name: 'plugin-imports-the-contract-only',
      comment: 'Of ours a plugin imports @parley/core/provider and @parley/core/provider-kit; its tests @parley/core/testing too.',
      severity: 'error',
      from: { path: '^plugins/[^/]+/src/', pathNot: test },
      to: { path: '^packages/', pathNot: `${core}(provider|provider-kit)/index\\.ts$` },
    },
    {
      name: 'plugin-test-imports-public-entries',
      severity: 'error',
      from: { path: '^plugins/[^/]+/' },
      to: { path: '^packages/', pathNot: publicEntries },
    },
    {
      name: 'plugin-source-without-the-kit',
      comment: 'The conformance kit is for tests: no plugin needs it to run.',
      severity: 'error',
      from: { path: '^plugins/[^/]+/src/', pathNot: test },
      to: { path: '^test-harness/' },
    },
    {
      name: 'kit-entries-only',
      comment: 'Others import the entries of the conformance kit, not its files.',
      severity: 'error',
      from: { pathNot: '^test-harness/' },
      to: { path: '^test-harness/', pathNot: String.raw`^test-harness/src/((loopback|wire|wires)/)?index\.ts$` },
    },
    {
      name: 'kit-imports-the-contract-only',
      comment:
        'The conformance kit knows the contract, not core: of ours it imports the public entries /provider, /provider-kit and /testing.',
      severity: 'error',
      from: { path: '^test-harness/' },
      to: {
        path: '^(packages|plugins|examples|bench|scripts)/',
        pathNot: `${core}(provider|provider-kit|testing)/index\\.ts$`,
      },
    },
    {
      name: 'plugin-imports-no-plugin',
      severity: 'error',
      from: { path: '^plugins/([^/]+)/' },
      to: { path: '^plugins/', pathNot: '^plugins/$1/' },
    },
    {
      name: 'examples-import-public-entries',
      severity: 'error',
      from: { path: '^(examples/[^/]+|bench)/' },
      to: {
        path: '^(packages|plugins)/',
        pathNot: [publicEntries, '^plugins/[^/]+/src/index\\.ts$', '^packages/(cli|livekit)/src/((call-view|transport)/)?index\\.ts$'],
      },
    },
    {
      name: 'example-imports-no-example',
      comment: 'Their tests may start the server of LiveKit.',
      severity: 'error',
      from: { path: '^examples/([^/]+)/' },
      to: { path: '^(examples|bench|scripts)/', pathNot: ['^examples/$1/', '^scripts/livekit-server/'] },
    },
    {
      name: 'published-code-imports-no-dev-dependency',
      severity: 'error',
      from: { path: '^(packages|plugins)/[^/]+/src/', pathNot: test },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg'],
        dependencyTypesNot: ['npm-peer', 'npm-optional'],
        pathNot: '^packages/|node_modules/@elevenlabs/elevenlabs-js/',
      },
    },
    {
      name: 'elevenlabs-sdk-for-its-types-alone',
      comment: 'Decision 0078: 108 MB that hold up the process at first use. Types of it are gone from what is built.',
      severity: 'error',
      from: { path: '^plugins/elevenlabs/src/', pathNot: test },
      to: { path: 'node_modules/@elevenlabs/elevenlabs-js/', dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What is built of ours; of what others publish much lies in a `dist`, and the rules on it must see it. What the peer's bench imports is
    // installed only to be measured beside.
    exclude: { path: '^(packages|plugins|examples)/[^/]+/dist/|^test-harness/dist/|^bench/(dist|peer)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['@parley/source', 'import', 'node', 'default', 'types'],
      mainFields: ['module', 'main', 'types'],
    },
    cache: false,
  },
};
