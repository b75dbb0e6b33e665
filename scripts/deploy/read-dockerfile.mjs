// @ts-check

/**
 * @typedef {{ readonly instruction: string; readonly flags: Readonly<Record<string, string>>; readonly text: string }} Step
 * @typedef {{ readonly name: string; readonly from: string; readonly steps: readonly Step[] }} Stage
 */

/**
 * The stages of a Dockerfile with their instructions in order; as much of the language as our own uses.
 *
 * @param {string} text
 * @returns {readonly Stage[]}
 * @see https://docs.docker.com/reference/dockerfile/
 */
export function readDockerfile(text) {
  /** @type {Record<string, string>} */
  const values = {};
  /** @type {(Stage & { steps: Step[] })[]} */
  const stages = [];
  for (const line of joinedLines(text)) {
    const step = readStep(line);
    const stage = stages.at(-1);
    if (step.instruction === 'FROM') {
      const [, image = '', name = String(stages.length)] = /^(\S+)(?:\s+AS\s+(\S+))?$/i.exec(step.text) ?? [];
      stages.push({ name, from: image.replace(/\$\{(\w+)\}/g, (_, key) => values[key] ?? ''), steps: [] });
    } else if (stage !== undefined) stage.steps.push(step);
    else if (step.instruction === 'ARG') {
      const [key = '', value = ''] = step.text.split('=', 2);
      values[key] = value;
    } else throw new Error(`a Dockerfile begins with ARG or FROM, not with: ${line}`);
  }
  return stages;
}

/** @param {string} text */
const joinedLines = (text) =>
  text
    .split('\n')
    .filter((line) => !/^\s*(#|$)/.test(line))
    .join('\n')
    .replaceAll('\\\n', ' ')
    .split('\n');

/** @param {string} line @returns {Step} */
function readStep(line) {
  const [, instruction = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? [];
  /** @type {Record<string, string>} */
  const flags = {};
  const text = rest.replace(/^(--[\w-]+=\S+\s+)+/, (given) => {
    for (const [, name = '', value = ''] of given.matchAll(/--([\w-]+)=(\S+)/g)) flags[name] = value;
    return '';
  });
  return { instruction: instruction.toUpperCase(), flags, text: text.trim() };
}

/**
 * A command in its exec form, a JSON list.
 *
 * @param {string} text With or without what stands before the list, such as `CMD` of a health check.
 * @returns {readonly string[]}
 */
export function execForm(text) {
  const list = JSON.parse(text.slice(Math.max(0, text.indexOf('['))));
  if (!Array.isArray(list)) throw new Error(`not a list, so a shell would run it and keep signals to itself: ${text}`);
  return list.map(String);
}

/** The one step of its kind that counts, the last. @param {Stage} stage @param {string} instruction */
export const lastStep = (stage, instruction) => stage.steps.findLast((step) => step.instruction === instruction);
