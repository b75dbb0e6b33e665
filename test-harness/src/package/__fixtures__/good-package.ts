/** Files of a package, by their paths. */
export type Files = Readonly<Record<string, string>>;

const json = (value: unknown) => JSON.stringify(value, undefined, 2);

/** As much of core as the types of a plugin need: the real one has to be built, and brings packages of a registry. */
export const coreFiles: Files = {
  'package.json': json({
    name: '@parley/core',
    version: '1.2.3',
    type: 'module',
    exports: { './provider': { types: './provider.d.ts', default: './provider.js' }, './package.json': './package.json' },
  }),
  'provider.js': 'export const nothing = undefined;',
  'provider.d.ts': `export interface LLM { readonly kind: 'llm' }
export interface ParleyPlugin {
  readonly specificationVersions: readonly 1[];
  readonly provider: string;
  readonly displayName: string;
  readonly environment: readonly { readonly name: string; readonly required: boolean; readonly secret: boolean }[];
  readonly kinds: { readonly llm?: { readonly models: readonly { readonly name: string }[]; readonly defaultModel: string; create(model: { readonly name: string }): LLM } };
}`,
};

export const goodManifest = {
  name: 'parley-plugin-good',
  version: '1.0.0',
  type: 'module',
  files: ['index.js', 'index.d.ts'],
  exports: { '.': { types: './index.d.ts', default: './index.js' }, './package.json': './package.json' },
  peerDependencies: { '@parley/core': '^1.0.0' },
} as const;

/** A plugin that keeps all rules of level 1. */
export const goodFiles: Files = {
  'package.json': json(goodManifest),
  // Node's own module reads a variable of its own.
  'index.js': `import 'node:cluster';
export const parleyPlugin = {
  specificationVersions: [1],
  provider: 'good',
  displayName: 'Good',
  environment: [{ name: 'GOOD_API_KEY', required: true, secret: true }],
  kinds: {
    llm: {
      models: [{ name: 'one', aliases: ['uno'] }, { name: 'two' }],
      defaultModel: 'one',
      create: ({ name }) => ({
        specificationVersion: 1,
        kind: 'llm',
        provider: 'good',
        model: name,
        capabilities: Object.freeze({ tools: false }),
        generate: () => [],
      }),
    },
  },
};
`,
  'index.d.ts': `import type { ParleyPlugin } from '@parley/core/provider';
export declare const parleyPlugin: ParleyPlugin;
`,
};

/** The same with one text in it replaced. */
export function replaced(file: string, from: string, to: string): Files {
  const text = goodFiles[file] ?? '';
  if (!text.includes(from)) throw new Error(`${file} does not hold ${from}`);
  return { ...goodFiles, [file]: text.replace(from, to) };
}

/** The same with a line put before all others. */
export const begun = (line: string): Files => ({ ...goodFiles, 'index.js': `${line}\n${goodFiles['index.js']}` });
