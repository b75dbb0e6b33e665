import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wavBytes } from '@parley/core/provider-kit';
import { afterAll, afterEach, expect, test } from 'vitest';

const program = fileURLToPath(new URL('./__fixtures__/app-agent.ts', import.meta.url));
/** Ended whatever a test comes to. */
const running = new Set<ChildProcess>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

const folder = mkdtempSync(join(tmpdir(), 'parley-signals-'));
writeFileSync(join(folder, 'caller.wav'), wavBytes(new Int16Array(16_000), 16_000));
afterAll(() => rmSync(folder, { recursive: true }));

interface Trial {
  readonly child: ChildProcess;
  readonly log: () => string;
  /** Settles once this stands in the log. */
  readonly logged: (text: string) => Promise<void>;
}

/** The program in a process of its own, with a call under way. */
async function startTrial(deed: string): Promise<Trial> {
  const child = spawn(process.execPath, ['--conditions=@parley/source', '--import=tsx', program, 'start'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, TRIAL_FOLDER: folder, TRIAL_DEED: deed },
  });
  running.add(child);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log += String(text);
  });
  const logged = async (text: string) => {
    while (!log.includes(text)) {
      if (child.exitCode !== null) throw new Error(`the program has ended:\n${log}`);
      await Promise.race([once(child.stderr, 'data'), once(child, 'close')]);
    }
  };
  await logged('in the call');
  return { child, log: () => log, logged };
}

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('SIGTERM takes no further call, lets the running one finish, and ends with 0', { timeout: 120_000 }, async () => {
  const { child, log } = await startTrial('');
  child.kill('SIGTERM');
  expect(await once(child, 'close')).toEqual([0, null]);
  expect(log()).toMatch(
    /SIGTERM: the worker takes no further call[^]*the worker drains[^]*all was said[^]*a job has succeeded[^]*the worker has ended/,
  );
});

test('S188 a second signal ends the worker at once with 1, and its job process with it', { timeout: 120_000 }, async () => {
  const { child, log, logged } = await startTrial('stay');
  const pid = Number(/"jobPid":(\d+)/.exec(log())?.[1]);
  child.kill('SIGTERM');
  await logged('the worker drains');
  // Sent by a process group as well as by npm, the same signal within half a second is one.
  child.kill('SIGTERM');
  child.kill('SIGINT');
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(log()).not.toContain('a job has succeeded');
  while (isRunning(pid)) await new Promise((resolve) => void setImmediate(resolve));
});
