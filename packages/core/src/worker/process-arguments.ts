/** What makes a process run something else than its file, or be watched by somebody: nothing for a child. A value may follow. */
const ownWithValue = ['-e', '--eval', '-p', '-pe', '--print', '--input-type', '--watch-path', '--inspect-port', '--test-reporter'];
const ownAlone = /^(--inspect|--watch|--test|--check$|-c$|-i$|--interactive$)/;

/** Of the worker's own arguments to Node those that its children get, too: `--import tsx`, `--conditions`, `--max-old-space-size` and such. */
export function inheritedArguments(execArgv: readonly string[]): readonly string[] {
  const kept: string[] = [];
  let isValue = false;
  for (const argument of execArgv) {
    const [name = argument] = argument.split('=', 1);
    const wasValue = isValue;
    isValue = ownWithValue.includes(name) && !argument.includes('=');
    if (wasValue || ownWithValue.includes(name) || ownAlone.test(argument)) continue;
    kept.push(argument);
  }
  return kept;
}

export const isTypeScript = (file: string): boolean => /\.[cm]?tsx?$/.test(file);

/** What a child needs to run TypeScript, be it the agent's or, in this repository, our own. */
export function typeScriptArguments({
  isOwnSource,
  loader,
}: {
  readonly isOwnSource: boolean;
  /** URL of tsx's loader. */
  readonly loader: string;
}): readonly string[] {
  return [...(isOwnSource ? ['--conditions=@parley/source'] : []), `--import=${loader}`];
}
