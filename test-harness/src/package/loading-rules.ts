import { mustEqual, mustHold, Violation } from '../rules/violation.js';
import type { Deed } from './package-facts.js';
import { notImported, notInstalled, type PackageRule } from './package-rule.js';

const core = '@parley/core';
const caret = /^\^\d+\.\d+\.\d+(-[\w.-]+)?( \|\| \^\d+\.\d+\.\d+(-[\w.-]+)?)*$/;

/** @throws {Violation} Names the first five. */
export function mustBeNone(deeds: readonly Deed[], areas: readonly Deed['area'][], when: string): void {
  const found = deeds.filter(({ area }) => areas.includes(area));
  if (found.length === 0) return;
  const list = found.slice(0, 5).map(({ what, where }) => `${what} (${where})`);
  throw new Violation(`${when}: ${list.join(', ')}${found.length > 5 ? ` and ${found.length - 5} more` : ''}`);
}

/** That a package installs, and that importing it does nothing but define. */
export const loadingRules: readonly PackageRule[] = [
  {
    id: 'PKG-1.1',
    title: 'Packed with `npm pack`, it installs into an empty folder with nothing but what it declares.',
    why: 'What works in a repository only works there; an application gets the tarball.',
    since: '1.0',
    prove: ({ installError }) => mustHold(installError === undefined, `npm says: ${installError}`),
  },
  {
    id: 'PKG-1.2',
    title: '`@parley/core` is a peer dependency with a caret range, and no dependency.',
    why: 'A second copy of core does not share the session; a narrower range breaks at the next minor version.',
    since: '1.0',
    prove({ manifest: { dependencies, peerDependencies } }) {
      mustHold(dependencies[core] === undefined, `"dependencies" names ${core}: it must be a peer`);
      const range = peerDependencies[core];
      mustHold(range !== undefined, `"peerDependencies" does not name ${core}`);
      mustHold(caret.test(range), `the range of ${core} is "${range}": it must be a caret, such as "^1.0.0"`);
    },
  },
  {
    id: 'PKG-1.3',
    title: 'It can be imported where nothing but its declared dependencies is installed.',
    why: 'A package that only the author has leaves the application with `Cannot find package`.',
    since: '1.0',
    leftOut: notInstalled,
    prove: ({ import: { importError } }) => mustHold(importError === undefined, `import: ${importError}`),
  },
  {
    id: 'PKG-1.4',
    title: 'It can be loaded by `require`, too.',
    why: 'An application in CommonJS loads ES modules by `require`, which a top-level `await` forbids.',
    since: '1.0',
    leftOut: notImported,
    prove: ({ import: { requireError } }) => mustHold(requireError === undefined, `require: ${requireError}`),
  },
  {
    id: 'PKG-1.5',
    title: 'Importing it opens no connection, and listens on no port.',
    why: 'Catalogues, editors and `parley doctor` import plugins that are never called.',
    since: '1.0',
    leftOut: notImported,
    prove: (facts) => mustBeNone(facts.import.importDeeds, ['socket'], 'at import'),
  },
  {
    id: 'PKG-1.6',
    title: 'Importing it sets no timer.',
    why: 'A timer of an import belongs to no call: nobody clears it, and no test can move it.',
    since: '1.0',
    leftOut: notImported,
    prove: (facts) => mustBeNone(facts.import.importDeeds, ['timer'], 'at import'),
  },
  {
    id: 'PKG-1.7',
    title: 'Importing it reads and writes no file.',
    why: 'It costs each start time, and fails where the file system is read-only or bundled.',
    since: '1.0',
    leftOut: notImported,
    prove: (facts) => mustBeNone(facts.import.importDeeds, ['file'], 'at import'),
  },
  {
    id: 'PKG-1.8',
    title: 'Importing it reads no environment variable.',
    why: 'Applications load their `.env` after their imports: what was read before is not seen.',
    since: '1.0',
    leftOut: notImported,
    prove: (facts) => mustBeNone(facts.import.importDeeds, ['environment'], 'at import'),
  },
  {
    id: 'PKG-1.9',
    title: 'Importing it starts no process and no thread.',
    why: 'Each job of a worker imports the plugin: each would pay for what only a call needs.',
    since: '1.0',
    leftOut: notImported,
    prove: (facts) => mustBeNone(facts.import.importDeeds, ['process'], 'at import'),
  },
  {
    id: 'PKG-1.10',
    title: 'Loading it prints nothing.',
    why: 'Standard output belongs to the application; what it prints may be read by a program.',
    since: '1.0',
    leftOut: notImported,
    prove: ({ import: { printed } }) => mustEqual(printed, '', 'what it printed'),
  },
  {
    id: 'PKG-1.11',
    title: 'A process that imported it, made an instance of each kind and closed it, ends by itself.',
    why: 'A worker that drains would never end.',
    since: '1.0',
    leftOut: notImported,
    prove: ({ import: { hasEnded } }) => mustHold(hasEnded, 'the process was still there after 3 s'),
  },
  {
    id: 'PKG-1.12',
    title: 'Its types resolve with `moduleResolution: nodenext`, and `parleyPlugin` is a `ParleyPlugin`.',
    why: 'A TypeScript application could not be built with it, or would see `any`.',
    since: '1.0',
    leftOut: notInstalled,
    prove: ({ typeProblems }) => mustHold(typeProblems.length === 0, typeProblems.slice(0, 3).join('; ')),
  },
];
