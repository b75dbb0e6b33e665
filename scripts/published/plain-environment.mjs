// @ts-check

/** Where packages come from and are kept is the machine's; all else that an npm above this one has set would work like a flag. */
const kept = /^npm_config_(registry|cache|userconfig|globalconfig|(https?_)?proxy|noproxy|cafile)$/i;

/**
 * The environment of somebody who types a command in a shell of his own.
 *
 * @param {Readonly<Record<string, string>>} [more]
 * @returns {Record<string, string | undefined>}
 */
export function plainEnvironment(more = {}) {
  const own = Object.entries(process.env).filter(([name]) => !/^(npm_|PARLEY_|NODE_OPTIONS$|INIT_CWD$)/i.test(name) || kept.test(name));
  return { ...Object.fromEntries(own), ...more };
}
