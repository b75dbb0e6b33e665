// @ts-check

/**
 * @typedef {object} Row One plugin, as docs/plugins.json has it.
 * @property {string} plugin
 * @property {string} version
 * @property {1} specificationVersion
 * @property {number} level Of all kinds, the least.
 * @property {number} installedMb With its dependencies, without core.
 * @property {string} date Of the run in which this came out first.
 * @property {readonly { readonly kind: string; readonly proven: string; readonly level: string; readonly capabilities: Record<string, unknown> }[]} kinds
 */

/** @param {import('./prove-plugin.mjs').Report} report @returns {Row} */
export function matrixRow({ package: own, specificationVersion, level, date, subjects }) {
  if (own === undefined) throw new Error('the report names no package');
  return {
    plugin: own.name,
    version: own.version,
    specificationVersion,
    level,
    installedMb: Math.round(own.installedBytes / 100_000) / 10,
    date: date.slice(0, 10),
    kinds: subjects.map(({ kind, name, label, capabilities }) => ({ kind, proven: name, level: label, capabilities })),
  };
}

/** Whether they tell the same but for date and size, which differ from run to run. @param {readonly Row[]} known @param {readonly Row[]} rows */
export function sameRows(known, rows) {
  /** @param {readonly Row[]} list */
  const told = (list) => JSON.stringify(list.map(({ date: _date, installedMb: _size, ...row }) => row));
  return told(known) === told(rows);
}

/** Capabilities in one line: what is there, and lists by their values. @param {Record<string, unknown>} capabilities */
function capabilitiesText(capabilities) {
  return Object.entries(capabilities)
    .flatMap(([name, value]) => {
      if (value === false || (Array.isArray(value) && value.length === 0)) return [];
      return [value === true ? name : `${name}: ${Array.isArray(value) ? value.join(', ') : JSON.stringify(value)}`];
    })
    .join('; ');
}

/** @param {readonly Row[]} rows */
export function matrixPage(rows) {
  const lines = rows.flatMap(({ plugin, version, specificationVersion, installedMb, date, kinds }) =>
    kinds.map(({ kind, proven, level, capabilities }) => {
      const cells = [`${plugin} ${version}`, kind, proven, level, specificationVersion, capabilitiesText(capabilities), installedMb, date];
      return `| ${cells.join(' | ')} |`;
    }),
  );
  return `<!-- Written by \`npm run conformance\`. -->

# Plugins

What each plugin of this repository keeps of the [rules](conformance/v1.md), proven by [the kit](../test-harness) on the date given. The same as
data: [plugins.json](plugins.json). MB are those of the plugin with all that it installs, without core.

| Plugin | Kind | Proven | Level | Contract | Capabilities | MB | Date |
| ------ | ---- | ------ | ----- | -------- | ------------ | -- | ---- |
${lines.join('\n')}
`;
}
