import { writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';

/** What cannot be found: a module, its types, a name in it. @see https://typescript.tv/errors/ */
const unresolved = new Set([2305, 2307, 2614, 2688, 2694, 2792, 7016]);
/** Node's own modules, whose types a plugin need not bring. */
const ofNode = /'node:/;

const program = (name: string) => `import { parleyPlugin } from '${name}';
import type { ParleyPlugin } from '@parley/core/provider';
export const plugin: ParleyPlugin = parleyPlugin;
`;

/**
 * Has the compiler read an installed package as a TypeScript application would, with `moduleResolution: nodenext`, and what it exports
 * as a `ParleyPlugin`.
 *
 * @returns What it says of the package's own types and of that application; nothing of others' types.
 */
export async function checkTypes(folder: string, name: string): Promise<readonly string[]> {
  const { default: ts } = await import('typescript');
  const file = join(folder, 'parley-types.ts');
  await writeFile(file, program(name));
  const compiled = ts.createProgram([file], {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    strict: true,
    noEmit: true,
    types: [],
  });
  const packageFolder = `${join('node_modules', name)}${sep}`;
  const own = compiled
    .getSourceFiles()
    .filter((source) => source.fileName === file.split(sep).join('/') || source.fileName.includes(packageFolder.split(sep).join('/')));
  return own.flatMap((source) =>
    [...compiled.getSyntacticDiagnostics(source), ...compiled.getSemanticDiagnostics(source)].flatMap((diagnostic) => {
      const text = ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ');
      const isOwnProgram = source.fileName.endsWith('parley-types.ts');
      if (!isOwnProgram && (!unresolved.has(diagnostic.code) || ofNode.test(text))) return [];
      return [
        `${isOwnProgram ? 'an application that imports it' : source.fileName.replace(/^.*node_modules\//, '')}: TS${diagnostic.code} ${text}`,
      ];
    }),
  );
}
