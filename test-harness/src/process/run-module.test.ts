import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { runModule } from './run-module.js';

const run = (name: string, loadMs = 20_000) => runModule({ module: new URL(`./__fixtures__/${name}.mjs`, import.meta.url).href, loadMs });

test('a module that is not there', async () => {
  const { unusable } = await run('not-there');
  expect(unusable).toMatchObject({
    fault: 'user',
    message: expect.stringMatching(/there is no file .*not-there\.mjs: name the built module/),
  });
});

test('a module that exports no plugin', async () => {
  expect((await run('exports-nothing')).unusable).toMatchObject({ fault: 'plugin', message: 'the module exports no parleyPlugin' });
});

test('a module that throws at import', async () => {
  const { unusable } = await run('throws-at-import');
  expect(unusable).toMatchObject({
    fault: 'plugin',
    message: expect.stringMatching(/throws-at-import\.mjs failed with Error: no such luck$/),
  });
});

test('a module that never comes back from its import', async () => {
  const { unusable } = await run('spins-at-import', 1500);
  expect(unusable?.message).toBe('while it was imported, the plugin kept the process busy, or waiting, for 2 s, and was ended');
});

test('a module that waits for ever in its import', async () => {
  const { unusable } = await run('waits-at-import', 1500);
  expect(unusable?.message).toBe('while it was imported, the plugin kept the process busy, or waiting, for 2 s, and was ended');
});

test('a module that ends the process at import', async () => {
  expect((await run('exits-at-import')).unusable?.message).toBe('while it was imported, the plugin ended the process: with exit code 0');
});

test.each(['leaks-at-import', 'leaks-heap-at-import'])('a module that takes all memory: %s', { timeout: 60_000 }, async (name) => {
  expect((await run(name)).unusable?.message).toMatch(/^while it was imported, the plugin took more than \d+ MB of memory, and was ended$/);
});

test('a module that prints what looks like a message of the kit', async () => {
  const { unusable, notes, subjects } = await run('prints');
  expect(unusable).toBeUndefined();
  expect(notes).toEqual([String.raw`the plugin printed: "{\"type\":\"done\"}\n"`]);
  expect(subjects.map(({ subject }) => subject.name)).toEqual(['good/one']);
});

test('a module that keeps its process alive', async () => {
  const { unusable, notes } = await run('never-ends');
  expect(unusable).toBeUndefined();
  expect(notes).toEqual(['the plugin keeps its process alive after all was closed']);
});

test('a plugin that ends the process when an instance is made', async () => {
  const { subjects } = await run('exits-at-create');
  expect(subjects[0]?.problem).toBe('while an instance was made, the plugin ended the process: with exit code 7');
});

test('a plugin that ends the process in a call is blamed for that rule, and the next ones are run', { timeout: 60_000 }, async () => {
  onTestFinished(() => rm(join(tmpdir(), `parley-exits-once-${process.pid}`), { force: true }));
  const { subjects } = await run('exits-once');
  const verdicts = subjects[0]?.verdicts ?? [];
  const ended = verdicts.filter((verdict) => 'message' in verdict && verdict.message === 'the plugin ended the process: with exit code 3');
  expect(ended.length).toBe(1);
  expect(verdicts.length).toBe(subjects[0]?.rules.length);
});

test('a plugin that keeps the process busy in each call is given up, and what was found is kept', { timeout: 120_000 }, async () => {
  const { subjects } = await runModule({ module: new URL('./__fixtures__/spins-in-call.mjs', import.meta.url).href, ruleMs: 1500 });
  const verdicts = subjects[0]?.verdicts ?? [];
  expect(verdicts.length).toBe(subjects[0]?.rules.length);
  const messages = verdicts.flatMap((verdict) => (verdict.outcome === 'failed' ? [verdict.message] : []));
  expect(messages[0]).toBe('the plugin kept the process busy, or waiting, for 2 s, and was ended');
  expect(verdicts.some(({ outcome }) => outcome === 'passed')).toBe(true);
});

test('live, a plugin is led nowhere else: no address and no key are given to it', { timeout: 60_000 }, async () => {
  vi.stubEnv('GOOD_API_KEY', 'a-key');
  onTestFinished(() => void vi.unstubAllEnvs());
  const { subjects } = await runModule({ module: new URL('./__fixtures__/live-only.mjs', import.meta.url).href, isLive: true });
  expect(subjects.map(({ subject }) => subject.name)).toEqual(['good/one']);
  const kept = subjects[0]?.verdicts.filter(({ outcome }) => outcome === 'passed').map(({ rule }) => rule.id);
  expect(kept).toContain('LLM-2.4');
  expect(subjects[0]?.rules.every(({ id }) => id.startsWith('LLM-2.'))).toBe(true);
});
