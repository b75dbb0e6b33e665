// @ts-check

/**
 * One fault that a check must catch.
 *
 * @typedef {object} Fault
 * @property {string} step The step of `npm run check` that must catch it, or `tests`.
 * @property {string} fault What is wrong, for the table.
 * @property {Readonly<Record<string, string>>} [files] Files to add: path and content.
 * @property {Readonly<Record<string, (text: string) => string>>} [edits] Files to change: path, and what becomes of their text.
 * @property {RegExp} expect What the step's output must say of it.
 * @property {readonly string[]} [command] What to run instead of the whole step: the same tool on the part that the fault is in.
 * @property {boolean} [isAlone] Not planted together with the step's other faults, because one would hide the other.
 */

/**
 * Changes one field of a package.json.
 *
 * @param {(manifest: any) => void} change
 * @returns {(text: string) => string}
 */
export const editManifest = (change) => (text) => {
  /** @type {unknown} */
  const manifest = JSON.parse(text);
  change(manifest);
  return JSON.stringify(manifest, null, 2);
};
