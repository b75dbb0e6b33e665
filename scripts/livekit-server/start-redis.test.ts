import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { hasRedis, startRedis } from './start-redis.mjs';

/** Where all that is written stands. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'parley-redis-test-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** One command, and what Redis answers. Rejects where nobody does. @see https://redis.io/docs/latest/develop/reference/protocol-spec/ */
function ask(address: string, command: string): Promise<string> {
  const [host = '', port] = address.split(':');
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(`${command}\r\n`));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().trim());
    });
    socket.once('error', reject);
  });
}

describe.skipIf(!hasRedis())('a Redis for tests', () => {
  test('keeps what it was told though it is killed, and leaves nothing behind', async () => {
    const redis = await startRedis();
    try {
      expect(readdirSync(folder)).toHaveLength(1);
      expect(await ask(redis.address, 'SET room node-1')).toBe('+OK');
      await redis.kill();
      await expect(ask(redis.address, 'PING')).rejects.toThrow('ECONNREFUSED');
      await redis.restart();
      expect(await ask(redis.address, 'GET room')).toMatch(/node-1$/);
    } finally {
      await redis.stop();
    }
    await redis.stop();
    await expect(ask(redis.address, 'PING')).rejects.toThrow('ECONNREFUSED');
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('where there is no redis-server', () => {
  const withoutRedis = () => {
    vi.stubEnv('PATH', '/nowhere');
    vi.stubEnv('PARLEY_REDIS_SERVER', '');
  };

  test('what needs it is left out, loudly', () => {
    withoutRedis();
    vi.stubEnv('PARLEY_REQUIRE', 'livekit');
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect(hasRedis()).toBe(false);
    expect(said.mock.calls.flat().join('')).toContain('SKIPPED: there is no redis-server');
  });

  test('what needs it fails where it may not be missing, and says how to get it', async () => {
    withoutRedis();
    vi.stubEnv('PARLEY_REQUIRE', 'livekit,redis');
    expect(() => hasRedis()).toThrow(/PARLEY_REQUIRE names redis.*apt-get install redis-server/);
    await expect(startRedis()).rejects.toThrow('apt-get install redis-server');
  });

  test('one that cannot start is told with its last lines, and leaves nothing behind', async () => {
    vi.stubEnv('PARLEY_REDIS_SERVER', '/bin/false');
    await expect(startRedis()).rejects.toThrow(/\/bin\/false on port \d+ does not answer/);
    expect(readdirSync(folder)).toEqual([]);
  });
});
