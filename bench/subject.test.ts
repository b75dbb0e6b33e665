import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryFolder } from './repository-folder.js';
import { loadSubject, subjectSizes } from './subject.js';

test('calls that are opened and closed together make up each round, of a quick run too', () => {
  for (const { closing } of Object.values(subjectSizes)) {
    expect(closing.firstCalls % closing.atOnce).toBe(0);
    expect((closing.callsInRound / 5) % closing.atOnce).toBe(0);
  }
});

test('ours is measured by sessions of its own, at once', async () => {
  const { startCall } = await loadSubject('parley');
  const call = await startCall({ output: 'instant' });
  await expect(call.close()).resolves.toBeUndefined();
});

test('the peer is of one exact version, and none of the workspace', () => {
  const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, repositoryFolder), 'utf8'));
  const exact: unknown = expect.stringMatching(/^\d+\.\d+\.\d+$/);
  expect(Reflect.get(Object(read('bench/peer/package.json')), 'dependencies')).toEqual({
    '@livekit/agents': '1.9.0',
    '@livekit/rtc-node': exact,
    zod: exact,
  });
  expect(Reflect.get(Object(read('package.json')), 'workspaces')).toEqual([
    'packages/*',
    'plugins/*',
    'test-harness',
    'examples/*',
    'bench',
  ]);
});
