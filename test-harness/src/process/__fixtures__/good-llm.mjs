// @ts-check
/** A plugin that keeps nothing but its form; each bad module is this one with one thing added. @param {(request: unknown) => unknown} [generate] */
export const pluginOf = (generate = () => [], close = async () => {}) => ({
  specificationVersions: [1],
  provider: 'good',
  displayName: 'Good',
  environment: [],
  kinds: {
    llm: {
      models: [{ name: 'one' }],
      defaultModel: 'one',
      create: () => ({
        specificationVersion: 1,
        kind: 'llm',
        provider: 'good',
        model: 'one',
        capabilities: Object.freeze({ tools: false, parallelToolCalls: false, images: false, audio: false, structuredOutput: false }),
        generate,
        close,
      }),
    },
  },
});
export const parleyPlugin = pluginOf();
