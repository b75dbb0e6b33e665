import { spawn } from 'node:child_process';

export interface ProgramOptions {
  readonly folder: string;
  /** Real time after which it is ended. */
  readonly deadlineMs: number;
  readonly environment?: Readonly<Record<string, string>> | undefined;
}

export interface ProgramEnd {
  /** Null: it was ended by a signal, or could not be started. */
  readonly code: number | null;
  readonly hasTimedOut: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

const mostCharacters = 1_000_000;

/** Runs a program to its end, which always comes. Never rejects: what is wrong is in the end. */
export function runProgram(program: string, parameters: readonly string[], options: ProgramOptions): Promise<ProgramEnd> {
  const { folder, deadlineMs, environment } = options;
  return new Promise((resolve) => {
    const child = spawn(program, parameters, {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const texts = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        if (texts[name].length < mostCharacters) texts[name] += text;
      });
    }
    let hasTimedOut = false;
    const timer = setTimeout(() => {
      hasTimedOut = true;
      child.kill('SIGKILL');
    }, deadlineMs);
    child.once('error', (error) => {
      texts.stderr += error.message;
      // No program, no `close`.
      if (child.pid === undefined) end(null);
    });
    const end = (code: number | null) => {
      clearTimeout(timer);
      resolve({ code, hasTimedOut, ...texts });
    };
    child.once('close', end);
  });
}
