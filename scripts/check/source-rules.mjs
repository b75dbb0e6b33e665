// @ts-check
// Rules on source text that lint has none for. Each problem is told as path:line.
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { trackedFiles } from './tracked-files.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));

const isTest = (/** @type {string} */ path) => path.endsWith('.test.ts') || path.includes('/__fixtures__/');
const isPublished = (/** @type {string} */ path) => /^(packages|plugins)\/[^/]+\/src\//.test(path) && !isTest(path);
const readsTime = (/** @type {string} */ path) => path.startsWith('packages/core/src/time/') || path.endsWith('.mjs');

/**
 * What is wrong with one node of a file.
 *
 * @typedef {(node: ts.Node, path: string) => string | undefined} Rule
 * @type {readonly Rule[]}
 */
const rules = [
  (node) =>
    ts.isExportDeclaration(node) && (node.exportClause === undefined || ts.isNamespaceExport(node.exportClause))
      ? 'export *: name each export'
      : undefined,
  (node, path) =>
    ts.isDecorator(node) && isPublished(path)
      ? 'decorator syntax in published code: the build leaves it as it is, and Node 20 cannot parse it'
      : undefined,
  (node, path) =>
    ts.isNewExpression(node) &&
    isNamed(node.expression, 'Date') &&
    (node.arguments ?? []).length === 0 &&
    isPublished(path) &&
    !readsTime(path)
      ? 'new Date() reads the real clock: use clock.date()'
      : undefined,
  (node, path) => (isTest(path) && isSleep(node) ? 'a test does not sleep: use VirtualClock, or await the event' : undefined),
  (node) => (ts.isEnumDeclaration(node) ? 'an enum: use a union of string literals' : undefined),
];

/** @param {ts.Node} node @param {string} name */
const isNamed = (node, name) => ts.isIdentifier(node) && node.text === name;

/** `new Promise((resolve) => setTimeout(resolve, …))`, with or without braces. @param {ts.Node} node */
function isSleep(node) {
  if (!ts.isNewExpression(node) || !isNamed(node.expression, 'Promise')) return false;
  const executor = node.arguments?.[0];
  if (executor === undefined || !ts.isArrowFunction(executor)) return false;
  const resolve = executor.parameters[0]?.name;
  if (resolve === undefined || !ts.isIdentifier(resolve)) return false;
  const statement = ts.isBlock(executor.body) && executor.body.statements.length === 1 ? executor.body.statements[0] : executor.body;
  const call = statement !== undefined && ts.isExpressionStatement(statement) ? statement.expression : statement;
  return (
    call !== undefined &&
    ts.isCallExpression(call) &&
    isNamed(call.expression, 'setTimeout') &&
    call.arguments[0] !== undefined &&
    isNamed(call.arguments[0], resolve.text)
  );
}

/** @param {string} path */
function problemsOfName(path) {
  const name = basename(path).replace(/(\.test)?\.\w+$/, '');
  const isVague = ['utils', 'util', 'helpers', 'helper', 'common', 'types', 'misc', 'shared'].includes(name);
  return isVague ? [`${path}:1: a file is named after the one thing it is about, not ${name}`] : [];
}

/** A switched-off rule says why, on the same line. @param {string} path @param {string} text */
function problemsOfSwitches(path, text) {
  return text.split('\n').flatMap((line, index) => {
    const switched = /(?:\/\/|\/\*)\s*((?:ox|es)lint-disable\S*)(.*)/.exec(line);
    return switched === null || /\s--\s\S/.test(switched[2] ?? '')
      ? []
      : [`${path}:${index + 1}: ${switched[1]} without a reason: add " -- why"`];
  });
}

/** @param {string} path */
function problemsOf(path) {
  const text = readFileSync(join(folder, path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, false);
  /** @type {string[]} */
  const problems = [...problemsOfName(path), ...problemsOfSwitches(path, text)];
  /** @param {ts.Node} node */
  const visit = (node) => {
    for (const rule of rules) {
      const problem = rule(node, path);
      if (problem === undefined) continue;
      problems.push(`${path}:${source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1}: ${problem}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

const sources = trackedFiles(folder).filter((path) => /\.(ts|mts|mjs)$/.test(path) && !path.endsWith('.d.ts'));
const problems = sources.flatMap(problemsOf);
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
