import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { commandOf, cpuMsOf, descendants, hasEnded, memoryOf } from './process-list.js';

test.runIf(process.platform === 'linux')(
  'a process is found below the one that started it, with its command and memory, until it has ended',
  async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdout.write("up"); setInterval(() => {}, 1000)'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const pid = child.pid ?? 0;
    expect(descendants(process.pid)).toContain(pid);
    expect(commandOf(pid)).toContain('setInterval');
    expect(hasEnded(pid)).toBe(false);
    const { residentMb, shareMb } = memoryOf(pid);
    expect(residentMb).toBeGreaterThan(20);
    expect(shareMb).toBeLessThanOrEqual(residentMb);
    const ended = once(child, 'close');
    child.kill('SIGKILL');
    await ended;
    expect(hasEnded(pid)).toBe(true);
    expect(cpuMsOf(pid)).toBe(0);
    expect(() => memoryOf(pid)).toThrow('it has ended');
  },
);
